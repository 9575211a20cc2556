using System.Text.Json;
using System.Text.Json.Serialization;

namespace BackgroundTasks.Client.Tests;

/// <summary>What the test's own task type <c>held</c> takes.</summary>
internal sealed record Held(string Name);

/// <summary>What the service's task type <c>wait</c> takes and returns.</summary>
internal sealed record Wait(double Seconds);

/// <summary>Their JSON, as a user's program has it.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Held))]
[JsonSerializable(typeof(Wait))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class TestJson : JsonSerializerContext;

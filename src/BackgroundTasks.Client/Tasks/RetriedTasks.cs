using System.Text.Json.Serialization;

namespace BackgroundTasks.Client;

/// <summary>What one call has queued again.</summary>
/// <param name="Retried">How many tasks are queued again.</param>
/// <param name="Skipped">How many could not be: their unique key is taken, or they have changed meanwhile.</param>
/// <param name="Next">Where to go on; null at the end.</param>
public sealed record RetriedTasks([property: JsonRequired] int Retried, int Skipped, string? Next);

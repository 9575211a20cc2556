using System.Text.Json;
using System.Text.Json.Serialization;
using BackgroundTasks.Client;
using Microsoft.Extensions.DependencyInjection;

var services = new ServiceCollection();
services.AddBackgroundTasksClient(new Uri(args[0]));
await using var provider = services.BuildServiceProvider();
var client = provider.GetRequiredService<BackgroundTasksClient>();

var awaited = await client.RunAsync("wait", new Wait(0.01), ProgramJson.Default.Wait, ProgramJson.Default.Wait, TimeSpan.FromSeconds(30));
var blocking = client.Run("wait", new Wait(0.02), ProgramJson.Default.Wait, ProgramJson.Default.Wait, TimeSpan.FromSeconds(30));
var submitted = await client.SubmitAsync("wait", new Wait(0.03), ProgramJson.Default.Wait);
var watched = submitted;
await foreach (var task in client.WatchAsync(submitted.Id))
    watched = task;
try
{
    await client.SubmitAsync("wait", new Wait(-1), ProgramJson.Default.Wait);
}
catch (RequestRefusedException refused)
{
    Console.WriteLine($"{awaited!.Seconds} {blocking!.Seconds} {watched.Status} {(await client.ListTaskTypesAsync()).Count > 0} {string.Join(',', refused.Problem.Errors.Keys)}");
}

internal sealed record Wait(double Seconds);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Wait))]
internal sealed partial class ProgramJson : JsonSerializerContext;

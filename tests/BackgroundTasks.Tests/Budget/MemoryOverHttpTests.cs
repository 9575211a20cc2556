using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace BackgroundTasks.Tests.Budget;

/// <summary>What a client meets when the memory for tasks is used up.</summary>
public sealed class MemoryOverHttpTests
{
    private readonly HeldWork _held = new();

    [Fact]
    public async Task A_submit_that_does_not_fit_is_503_with_a_message_of_its_own_and_is_taken_once_there_is_room()
    {
        await using var app = await StartAsync();
        var client = app.GetTestClient();
        var memory = app.Services.GetRequiredService<BackgroundTaskMemory>();
        memory.Take(memory.Limit);

        var refused = await SubmitAsync(client, "");
        memory.GiveBack(memory.Limit);
        var accepted = await SubmitAsync(client, "");
        (await _held.NextAsync()).Return("");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "1"), (refused.StatusCode, refused.Headers.RetryAfter?.ToString()));
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType!.MediaType);
        using var problem = JsonDocument.Parse(await refused.Content.ReadAsStringAsync());
        Assert.Equal("No memory is left for more tasks and nothing was accepted. Try again later, or send less.", problem.RootElement.GetProperty("detail").GetString());
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
    }

    [Fact]
    public async Task A_task_does_not_hold_on_to_a_body_that_is_much_larger_than_its_payload()
    {
        await using var app = await StartAsync();
        var queue = app.Services.GetRequiredService<IBackgroundTaskQueue>();

        var response = await SubmitAsync(app.GetTestClient(), new string(' ', 500_000));
        var run = await _held.NextAsync();
        var id = Guid.Parse(response.Headers.Location!.ToString().Split('/')[^1]);
        var payload = (await queue.FindAsync(id))!.Submission.Payload;
        run.Return("");

        Assert.True(System.Runtime.InteropServices.MemoryMarshal.TryGetArray(payload, out var array));
        Assert.True(array.Array!.Length <= payload.Length + 256, $"{payload.Length} bytes hold on to {array.Array.Length}.");
    }

    private static Task<HttpResponseMessage> SubmitAsync(HttpClient client, string blanks) =>
        client.PostAsync("/tasks", new StringContent("""{"type":"held","payload":{}}""".Replace(",", "," + blanks, StringComparison.Ordinal), Encoding.UTF8, "application/json"));

    private async Task<WebApplication> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Services.AddBackgroundTasks().AddHandler<HeldPayload, string>("held", _held.HandleAsync);
        var app = builder.Build();
        app.MapBackgroundTasks();
        await app.StartAsync();
        return app;
    }
}

using System.Net;
using System.Text;
using BackgroundTasks.Tests.Stores;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace BackgroundTasks.Tests.Http;

/// <summary>A store that cannot write, and can again.</summary>
public class StoreFaultTests
{
    private readonly HeldWork _held = new();
    private readonly SteppingJournal _journal = new();

    [Fact]
    public async Task What_cannot_be_stored_is_503_changes_nothing_and_goes_on_when_it_can()
    {
        await using var app = await StartAsync();
        var client = app.GetTestClient();
        await SubmitAsync(client);
        var run = await _held.NextAsync();
        var waiting = (await SubmitAsync(client)).Headers.Location!.ToString();

        _journal.BeforeWritten = _ => Task.FromException(new BackgroundTaskStoreException("The disk is full."));
        var refused = new[] { await SubmitAsync(client), await client.PostAsync($"{waiting}/cancel", null) };
        _journal.BeforeWritten = null;
        var canceled = await client.PostAsync($"{waiting}/cancel", null);
        var accepted = await SubmitAsync(client);
        run.Return("");
        (await _held.NextAsync()).Return("");

        foreach (var response in refused)
        {
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "5"), (response.StatusCode, response.Headers.RetryAfter?.ToString()));
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
            Assert.DoesNotContain("disk", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Accepted), (canceled.StatusCode, accepted.StatusCode));
        Assert.Equal(3, (await app.Services.GetRequiredService<IBackgroundTaskQueue>().ListAsync()).Tasks.Count);
    }

    private static Task<HttpResponseMessage> SubmitAsync(HttpClient client) =>
        client.PostAsync("/tasks", new StringContent("""{"type":"held","payload":{}}""", Encoding.UTF8, "application/json"));

    private async Task<WebApplication> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Services.AddSingleton<IBackgroundTaskJournal>(_journal);
        builder.Services.AddBackgroundTasks(options => options.Queues["default"] = new() { Workers = 1 }).AddHandler<HeldPayload, string>("held", _held.HandleAsync);
        var app = builder.Build();
        app.MapBackgroundTasks();
        await app.StartAsync();
        return app;
    }
}

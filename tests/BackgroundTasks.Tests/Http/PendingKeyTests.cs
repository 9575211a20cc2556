using System.Net;
using System.Text;
using BackgroundTasks.Tests.Stores;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace BackgroundTasks.Tests.Http;

/// <summary>What a journal in memory is too quick to show: the first request with a key that does not settle.</summary>
public class PendingKeyTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task A_request_whose_first_one_does_not_settle_within_a_second_is_409_and_the_first_is_accepted_all_the_same()
    {
        await using var app = await StartAsync();
        var client = app.GetTestClient();
        var first = SubmitAsync(client);
        var second = SubmitAsync(client);

        while (!second.IsCompleted && !first.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Run(static () => { });
        }

        var refused = await await Task.WhenAny(first, second).WaitAsync(TaskHost.Guard);
        _written.SetResult();
        var accepted = await (refused == await Completed(second) ? first : second).WaitAsync(TaskHost.Guard);

        Assert.Equal((HttpStatusCode.Conflict, "1"), (refused.StatusCode, refused.Headers.RetryAfter?.ToString()));
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType!.MediaType);
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        Assert.Equal("true", (await SubmitAsync(client)).Headers.GetValues("Idempotent-Replayed").Single());
    }

    private static async Task<HttpResponseMessage?> Completed(Task<HttpResponseMessage> task) => task.IsCompleted ? await task : null;

    private static Task<HttpResponseMessage> SubmitAsync(HttpClient client)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/tasks") { Content = new StringContent("""{"type":"add","payload":[1]}""", Encoding.UTF8, "application/json") };
        request.Headers.Add("Idempotency-Key", "k");
        return client.SendAsync(request);
    }

    private async Task<WebApplication> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Services.AddSingleton<TimeProvider>(_time);
        builder.Services.AddSingleton<IBackgroundTaskJournal>(new SteppingJournal { BeforeWritten = _ => _written.Task });
        builder.Services.AddBackgroundTasks().AddHandler("add", (int[] numbers, BackgroundTaskContext _, CancellationToken _) => Task.FromResult(numbers.Sum()));
        var app = builder.Build();
        app.MapBackgroundTasks();
        await app.StartAsync();
        return app;
    }
}

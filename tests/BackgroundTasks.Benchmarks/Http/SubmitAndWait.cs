using System.Diagnostics;
using System.Net;
using System.Text;

namespace BackgroundTasks.Benchmarks;

/// <summary>
/// From the submit until the client has the finished task. The service is asked to wait (Prefer: wait), in the same request;
/// the others know no such thing and are polled, at once and then every 5 ms.
/// </summary>
internal sealed class SubmitAndWait(ServerProcess server, ServerSpec spec)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    public async Task<Load> LoadAsync(int callers, TimeSpan duration)
    {
        using var client = new HttpClient { BaseAddress = server.Address };
        var begun = Stopwatch.GetTimestamp();
        var waited = await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            var each = new List<double>();
            while (each.Count == 0 || Stopwatch.GetElapsedTime(begun) < duration)
            {
                var sent = Stopwatch.GetTimestamp();
                await RunAsync(client);
                each.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
            }

            return each;
        })));
        var elapsed = Stopwatch.GetElapsedTime(begun);
        var sorted = waited.SelectMany(each => each).Order().ToArray();
        return new(sorted.Length, sorted.Length / elapsed.TotalSeconds, sorted[sorted.Length / 2], sorted[sorted.Length * 99 / 100]);
    }

    /// <summary>Runs a task to its end; returns its path and its tag.</summary>
    public async Task<(string Path, string Tag)> RunAsync(HttpClient client)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/tasks", UriKind.Relative)) { Content = new StringContent(spec.Body, Encoding.UTF8, "application/json") };
        if (spec.CanWait)
            request.Headers.Add("Prefer", "wait=30");
        using var answer = await client.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        var path = answer.Headers.Location!;
        if (spec.CanWait && answer.StatusCode is HttpStatusCode.OK)
            return (path.ToString(), Tag(answer));

        while (true)
        {
            using var task = await client.GetAsync(path);
            if ((await task.Content.ReadAsStringAsync()).Contains("\"succeeded\"", StringComparison.Ordinal))
                return (path.ToString(), Tag(task));
            await Task.Delay(Pause, TimeProvider.System);
        }
    }

    private static string Tag(HttpResponseMessage answer) => answer.Headers.ETag is { } tag ? tag.ToString() : throw new HttpRequestException("The answer has no ETag.");
}

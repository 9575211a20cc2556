using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace BackgroundTasks.Benchmarks;

/// <summary>The calls that are measured, one at a time.</summary>
internal sealed class TaskClient(HttpClient client, string body)
{
    private static readonly Uri Tasks = new("/tasks", UriKind.Relative);

    public async Task<Uri> SubmitAsync(Guid? key = null) => (await SubmitAsync(request =>
    {
        if (key is { } value)
            request.Headers.Add("Idempotency-Key", value.ToString("N"));
    })).Path;

    /// <summary>Submits, and waits in the same request until the task has finished.</summary>
    public Task<(Uri Path, EntityTagHeaderValue Tag)> SubmitAndWaitAsync() => SubmitAsync(static request => request.Headers.Add("Prefer", "wait=30"));

    /// <summary>Reads a task; with the tag that it has: 304.</summary>
    public async Task ReadAsync(Uri path, EntityTagHeaderValue? known = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (known is not null)
            request.Headers.IfNoneMatch.Add(known);
        using var answer = await client.SendAsync(request);
        var expected = known is null ? HttpStatusCode.OK : HttpStatusCode.NotModified;
        if (answer.StatusCode != expected)
            throw new HttpRequestException($"{path} answers {answer.StatusCode}, not {expected}.");
    }

    private async Task<(Uri Path, EntityTagHeaderValue Tag)> SubmitAsync(Action<HttpRequestMessage> prepare)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Tasks) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        prepare(request);
        using var answer = await client.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return (answer.Headers.Location!, answer.Headers.ETag!);
    }
}

using System.Net;
using System.Text;

namespace BackgroundTasks.Client.Tests.Faults;

/// <summary>A transport that answers as a test says, awaited or blocking, and keeps what it was sent.</summary>
internal sealed class Script(params Func<HttpResponseMessage>[] answers) : HttpMessageHandler
{
    private readonly Lock _lock = new();
    private readonly List<Sent> _sent = [];

    /// <summary>What is never answered, but by the end of the caller's patience.</summary>
    public static readonly Func<HttpResponseMessage> Silence = () => throw new InvalidOperationException("It is never called.");

    public IReadOnlyList<Sent> Requests
    {
        get
        {
            lock (_lock)
                return [.. _sent];
        }
    }

    public BackgroundTasksClient ToClient(BackgroundTasksClientOptions options) =>
        new(new HttpClient(this) { BaseAddress = new Uri("http://service"), Timeout = Timeout.InfiniteTimeSpan }, options);

    public static Func<HttpResponseMessage> Task(string status = "queued", HttpStatusCode code = HttpStatusCode.OK, string? retryAfter = null, string etag = "1") => () =>
    {
        var answer = Answer(code, $$"""{"id":"a1","type":"held","queue":"default","status":"{{status}}","version":1,"result":{{(status == "succeeded" ? "\"done\"" : "null")}}}""", "application/json", retryAfter);
        answer.Headers.TryAddWithoutValidation("ETag", $"W/\"{etag}\"");
        return answer;
    };

    public static Func<HttpResponseMessage> Refuse(int status, string? retryAfter = null, string detail = "Not now.") =>
        () => Answer((HttpStatusCode)status, $$"""{"title":"No","status":{{status}},"detail":"{{detail}}"}""", "application/problem+json", retryAfter);

    public static Func<HttpResponseMessage> Proxy(int status) => () => Answer((HttpStatusCode)status, "<html>Bad gateway</html>", "text/html");

    /// <summary>The connection breaks: the service may have done what it was asked for.</summary>
    public static Func<HttpResponseMessage> Lose => () => throw new HttpRequestException(HttpRequestError.ResponseEnded, "The response ended prematurely.");

    /// <summary>There is no connection: the service has seen nothing.</summary>
    public static Func<HttpResponseMessage> Unreachable => () => throw new HttpRequestException(HttpRequestError.ConnectionError, "Connection refused.");

    public static HttpResponseMessage Answer(HttpStatusCode code, string body, string type, string? retryAfter = null)
    {
        var answer = new HttpResponseMessage(code) { Content = new StringContent(body, Encoding.UTF8, type) };
        if (retryAfter is not null)
            answer.Headers.TryAddWithoutValidation("Retry-After", retryAfter);
        return answer;
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        request.Content?.CopyTo(body, null, cancellationToken);
        if (Next(request, body) is { } answer)
            return answer();
        cancellationToken.WaitHandle.WaitOne();
        throw new TaskCanceledException(null, null, cancellationToken);
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        if (request.Content is { } content)
            await content.CopyToAsync(body, cancellationToken);
        if (Next(request, body) is { } answer)
            return answer();
        var never = new TaskCompletionSource<HttpResponseMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var given = cancellationToken.Register(() => never.TrySetCanceled(cancellationToken));
        return await never.Task;
    }

    /// <summary>The last answer is given again and again; null for silence.</summary>
    private Func<HttpResponseMessage>? Next(HttpRequestMessage request, MemoryStream body)
    {
        lock (_lock)
        {
            var answer = answers[Math.Min(_sent.Count, answers.Length - 1)];
            _sent.Add(new Sent(
                request.Method,
                request.RequestUri!.PathAndQuery,
                Encoding.UTF8.GetString(body.ToArray()),
                request.Headers.ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase)));
            return answer == Silence ? null : answer;
        }
    }
}

internal sealed record Sent(HttpMethod Method, string Path, string Body, IReadOnlyDictionary<string, string> Headers)
{
    public string? Key => Headers.GetValueOrDefault("Idempotency-Key");

    public string? Prefer => Headers.GetValueOrDefault("Prefer");
}

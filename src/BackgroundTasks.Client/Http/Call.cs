namespace BackgroundTasks.Client.Http;

/// <summary>One call of the service; every attempt sends it anew.</summary>
internal sealed class Call(HttpMethod method, string path)
{
    public HttpMethod Method => method;

    /// <summary>Path and query, relative to the service's address.</summary>
    public string Path => path;

    /// <summary>The body as JSON; null for none.</summary>
    public byte[]? Body { get; init; }

    /// <summary>Makes a submit safe to repeat.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>The content that is known already.</summary>
    public string? IfNoneMatch { get; init; }

    /// <summary>The last event of a stream that was seen.</summary>
    public string? LastEventId { get; init; }

    /// <summary>How long the service is asked to hold the answer.</summary>
    public TimeSpan Wait { get; init; }

    /// <summary>The answer is a stream of events, which is left open.</summary>
    public bool Streams { get; init; }

    /// <summary>Twice is as good as once, so that an attempt may be repeated whose fate is unknown.</summary>
    public bool Repeatable { get; init; } = true;

    public HttpRequestMessage ToRequest(Uri root)
    {
        var request = new HttpRequestMessage(method, new Uri(root, path));
        request.Headers.Accept.ParseAdd(Streams ? "text/event-stream" : "application/json");
        if (Body is not null)
        {
            request.Content = new ByteArrayContent(Body);
            request.Content.Headers.ContentType = new("application/json");
        }

        Add("Idempotency-Key", IdempotencyKey);
        Add("If-None-Match", IfNoneMatch);
        Add("Last-Event-ID", LastEventId);
        if (Wait > TimeSpan.Zero)
            Add("Prefer", $"wait={(long)Wait.TotalSeconds}");
        return request;

        void Add(string name, string? value)
        {
            if (value is not null)
                request.Headers.TryAddWithoutValidation(name, value);
        }
    }
}

namespace BackgroundTasks.Benchmarks;

/// <summary>A request that is sent again and again.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Script">What wrk is told about it.</param>
internal sealed record HttpCall(string Path, string Script)
{
    public static HttpCall Submit(string body) => new("/tasks", $"""
        wrk.method = "POST"
        wrk.headers["Content-Type"] = "application/json"
        wrk.body = [[{body}]]
        """);

    /// <summary>Each with an Idempotency-Key of its own.</summary>
    public static HttpCall KeyedSubmit(string body) => new("/tasks", $$"""
        local sent = 0
        request = function()
          sent = sent + 1
          return wrk.format("POST", "/tasks", { ["Content-Type"] = "application/json", ["Idempotency-Key"] = "{{Guid.NewGuid():N}}-" .. sent }, [[{{body}}]])
        end
        """);

    public static HttpCall Read(string path) => new(path, "");

    /// <summary>Reads what the client has already: 304.</summary>
    public static HttpCall ReadUnchanged(string path, string tag) => new(path, $"""wrk.headers["If-None-Match"] = [[{tag}]]""");
}

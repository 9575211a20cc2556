using System.Globalization;
using BackgroundTasks.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace BackgroundTasks.Http;

/// <summary>Every error that the endpoints answer, as problem details (RFC 9457). The detail says what to do next.</summary>
internal static class Problems
{
    public static ProblemResult UnknownTask() =>
        new(StatusCodes.Status404NotFound, "No task has this id: it never existed, was deleted, or is no longer kept.");

    public static ProblemResult Invalid(IReadOnlyDictionary<string, string[]> errors) =>
        new(StatusCodes.Status400BadRequest, "The request is invalid; see errors, keyed by JSON path.") { Extensions = { ["errors"] = RequestErrors.Bound(errors) } };

    public static ProblemResult Invalid(string path, string message) =>
        Invalid(new Dictionary<string, string[]> { [path] = [message] });

    public static ProblemResult TooLarge(long limit) =>
        new(StatusCodes.Status413PayloadTooLarge, $"The body is larger than {limit} bytes. Send less, or raise BackgroundTasks:MaxPayloadBytes.");

    public static ProblemResult Encoded() =>
        new(StatusCodes.Status415UnsupportedMediaType, "Send the body as it is: without Content-Encoding, or with Content-Encoding: identity.") { Headers = { ["Accept-Encoding"] = "identity" } };

    public static ProblemResult TooSlow(double seconds) =>
        new(StatusCodes.Status408RequestTimeout, string.Create(CultureInfo.InvariantCulture, $"The body has not come within {seconds:0.#} seconds, and nothing was accepted. A body has BackgroundTasks:BodyTimeout and a second for each 64 KB."));

    public static ProblemResult NotHttp() =>
        new(StatusCodes.Status400BadRequest, "The body is not valid HTTP, or is not complete.");

    public static ProblemResult NotDecompressed() =>
        new(StatusCodes.Status400BadRequest, "The body cannot be decompressed: it is not what its Content-Encoding says, or is not complete.");

    public static ProblemResult NotJson() =>
        new(StatusCodes.Status415UnsupportedMediaType, "Send JSON: Content-Type: application/json.") { Headers = { ["Accept"] = "application/json" } };

    public static ProblemResult QueueFull(string queue) =>
        new(StatusCodes.Status503ServiceUnavailable, $"The queue '{queue}' is full and nothing was accepted. Try again later.") { Headers = { ["Retry-After"] = "1" } };

    public static ProblemResult TooManyScheduled() =>
        new(StatusCodes.Status503ServiceUnavailable, "Too many tasks are scheduled and nothing was accepted. Try again later, or submit without a delay.") { Headers = { ["Retry-After"] = "60" } };

    public static ProblemResult NoMemory() =>
        new(StatusCodes.Status503ServiceUnavailable, "No memory is left for more tasks and nothing was accepted. Try again later, or send less.") { Headers = { ["Retry-After"] = "1" } };

    public static ProblemResult KeyPending() =>
        new(StatusCodes.Status409Conflict, "The first request with this Idempotency-Key is still being accepted. Repeat this one in a moment.") { Headers = { ["Retry-After"] = "1" } };

    public static ProblemResult KeyReused(BackgroundTask first) =>
        new(StatusCodes.Status422UnprocessableEntity, "This Idempotency-Key was used for a different request. Use a new key for a new request.")
        {
            Extensions = { ["taskId"] = first.Id.ToString("N") },
        };

    public static ProblemResult StoreUnavailable() =>
        new(StatusCodes.Status503ServiceUnavailable, "The store cannot be used now and nothing was changed. Try again later.") { Headers = { ["Retry-After"] = "5" } };

    public static ProblemResult Stopping() =>
        new(StatusCodes.Status503ServiceUnavailable, "The service stops and accepts no more tasks. Try again later.") { Headers = { ["Retry-After"] = "5" } };

    public static ProblemResult OtherSite() =>
        new(StatusCodes.Status403Forbidden, "A page of another site sent this request, and only pages of this service may. Add the page's origin to BackgroundTasks:Cors:Origins to allow it.");

    public static ProblemResult Conflict(BackgroundTask task, string detail) =>
        new(StatusCodes.Status409Conflict, detail)
        {
            Extensions = { ["taskId"] = task.Id.ToString("N"), ["currentStatus"] = StateNames.Of(task.State) },
        };
}

/// <summary>Answers with a problem; always as <c>application/problem+json</c>, whatever the client accepts.</summary>
internal sealed class ProblemResult(int statusCode, string detail) : IResult, IStatusCodeHttpResult
{
    public int? StatusCode => statusCode;

    public Dictionary<string, object?> Extensions { get; } = [];

    public Dictionary<string, string> Headers { get; } = [];

    public Task ExecuteAsync(HttpContext httpContext)
    {
        foreach (var (name, value) in Headers)
            httpContext.Response.Headers[name] = value;
        return TypedResults.Problem(new ProblemDetails
        {
            Status = statusCode,
            Detail = detail,
            Instance = httpContext.Request.Path,
            Extensions = new Dictionary<string, object?>(Extensions) { ["traceId"] = RequestTrace.IdOf(httpContext) },
        }).ExecuteAsync(httpContext);
    }
}

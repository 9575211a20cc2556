using Microsoft.AspNetCore.Http;

namespace BackgroundTasks.Diagnostics;

/// <summary>
/// The request in whose flow the code runs, until its pipeline has returned. Not IHttpContextAccessor: if that one is there,
/// the server makes a new context for every request, because it does not know who still has the last one.
/// </summary>
internal sealed class CurrentRequest
{
    private static readonly AsyncLocal<CurrentRequest?> Flow = new();

    private HttpContext? _context;

    private CurrentRequest(HttpContext context) => _context = context;

    public static CurrentRequest Begin(HttpContext context) => Flow.Value = new CurrentRequest(context);

    /// <summary>Reads something of the request; null outside of one. The request does not end meanwhile.</summary>
    public static T? Read<T>(Func<HttpContext, T?> read)
        where T : class
    {
        if (Flow.Value is not { } request) return null;
        lock (request) return request._context is { } context ? read(context) : null;
    }

    /// <summary>From now on the server may use its context for another request.</summary>
    public void End()
    {
        lock (this) _context = null;
    }
}

using System.Net;
using Polly.Timeout;

namespace BackgroundTasks.Client.Http;

/// <summary>
/// Which attempts are worth repeating. A call that is not repeatable is sent again only where the service surely did nothing:
/// it was not reached, or it said that it refused.
/// </summary>
internal static class RetryRules
{
    public static bool IsWorthRepeating(Call call, Exception exception) => exception switch
    {
        _ when IsUnheard(exception) => true,
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError or HttpRequestError.UserAuthenticationError or HttpRequestError.VersionNegotiationError or HttpRequestError.ConfigurationLimitExceeded } => false,
        _ => call.Repeatable && IsLoss(exception),
    };

    public static bool IsWorthRepeating(Call call, Answer answer) => answer.Status switch
    {
        HttpStatusCode.TooManyRequests => true,

        // Some proxies say 503 too where the service has had the request and its answer was lost.
        HttpStatusCode.ServiceUnavailable => call.Repeatable || answer.IsOfService,
        HttpStatusCode.RequestTimeout or HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout => call.Repeatable,

        // The first request with the same key is still being accepted.
        HttpStatusCode.Conflict => call.Repeatable && answer.RetryAfter is not null,
        _ => false,
    };

    /// <summary>No answer came, or not all of it. The time-out of the caller's own HttpClient looks like a cancellation.</summary>
    public static bool IsLoss(Exception exception) =>
        exception is HttpRequestException or IOException or TimeoutRejectedException or TaskCanceledException { InnerException: TimeoutException };

    /// <summary>There was no connection: the service has seen nothing.</summary>
    public static bool IsUnheard(Exception exception) =>
        exception is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError };

    /// <summary>The answer tells what became of the request; a proxy's that it got none, whatever its number, does not.</summary>
    public static bool IsSettled(Answer answer) => answer.Status switch
    {
        HttpStatusCode.RequestTimeout or HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout => false,
        HttpStatusCode.Conflict => answer.RetryAfter is null,
        >= HttpStatusCode.InternalServerError => answer.IsOfService,
        _ => true,
    };
}

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Primitives;

namespace BackgroundTasks.Http;

/// <summary>
/// Which requests a page of another site has sent (Fetch Metadata, and the Origin of browsers without it). Such a page may not change anything here,
/// although the browser that shows it can reach this service. Requests with neither header, as curl and servers send them, are not from a page.
/// </summary>
internal sealed class OtherSites(IEnumerable<string> allowedOrigins)
{
    /// <summary>The answer in the OpenAPI document.</summary>
    public const string Refusal = "A page of another site has sent it.";

    private const string FetchSite = "Sec-Fetch-Site";
    private readonly HashSet<string> _allowed = new(allowedOrigins, StringComparer.OrdinalIgnoreCase);

    public bool Refuses(HttpContext context)
    {
        if (!Changes(context))
            return false;
        var headers = context.Request.Headers;
        var site = headers[FetchSite];
        var origin = headers.Origin;
        if ((site.Count == 0 && origin.Count == 0) || (origin is [{ } one] && _allowed.Contains(one)))
            return false;
        return site.ToString() switch
        {
            "same-origin" or "none" => false,
            "cross-site" or "same-site" => true,
            _ => origin.Count > 0 && !IsOwn(origin, context.Request.Host.Value),
        };
    }

    /// <summary>Whether requests for an endpoint with this metadata change something.</summary>
    public static bool MayRefuse(IEnumerable<object> metadata) =>
        metadata.OfType<UnsafeGetAttribute>().Any()
        || metadata.OfType<IHttpMethodMetadata>().SelectMany(static methods => methods.HttpMethods).Any(static method => !HttpMethods.IsGet(method) && !HttpMethods.IsHead(method));

    private static bool Changes(HttpContext context)
    {
        var method = context.Request.Method;
        return HttpMethods.IsGet(method)
            ? context.GetEndpoint()?.Metadata.GetMetadata<UnsafeGetAttribute>() is not null
            : !HttpMethods.IsHead(method) && !HttpMethods.IsOptions(method) && !HttpMethods.IsTrace(method);
    }

    /// <summary>Whether host and port are those of this request. The scheme does not count: a proxy may have taken the encryption off.</summary>
    private static bool IsOwn(StringValues origins, string? host)
    {
        if (origins is not [{ } origin] || string.IsNullOrEmpty(host) || origin.IndexOf("://", StringComparison.Ordinal) is not (> 0 and var end))
            return false;
        var authority = origin.AsSpan(end + "://".Length);
        return authority.Equals(host, StringComparison.OrdinalIgnoreCase)
            || authority.Equals(WithoutDefaultPort(host, origin), StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Browsers leave the default port out of an origin; a proxy may put it into the host.</summary>
    private static ReadOnlySpan<char> WithoutDefaultPort(string host, string origin)
    {
        var port = origin.StartsWith("https:", StringComparison.OrdinalIgnoreCase) ? ":443" : ":80";
        return host.EndsWith(port, StringComparison.Ordinal) ? host.AsSpan(0, host.Length - port.Length) : host;
    }
}

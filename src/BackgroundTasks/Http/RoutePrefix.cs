using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace BackgroundTasks.Http;

/// <summary>Where the endpoints are mapped, as this request sees it: the path base and the prefix of their group, also one with parameters.</summary>
internal static class RoutePrefix
{
    public static string Of(HttpContext context)
    {
        var pathBase = context.Request.PathBase.HasValue ? context.Request.PathBase.ToUriComponent() : "";
        if ((context.GetEndpoint() as RouteEndpoint)?.Metadata.GetMetadata<PrefixedRoute>() is not { } route || context.GetEndpoint() is not RouteEndpoint endpoint)
            return pathBase;
        var segments = endpoint.RoutePattern.PathSegments.Count - route.Segments;
        if (segments <= 0)
            return pathBase;
        var path = context.Request.Path.ToUriComponent();
        var end = 0;
        for (; segments > 0 && end >= 0; segments--)
            end = path.IndexOf('/', end + 1);
        return end < 0 ? pathBase : pathBase + path[..end];
    }
}

/// <summary>Tells how many segments of an endpoint's route are its own; those before them are the prefix.</summary>
internal sealed record PrefixedRoute(int Segments);

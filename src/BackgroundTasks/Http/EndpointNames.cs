using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace BackgroundTasks.Http;

/// <summary>
/// Names of endpoints are unique in an application, or none of its endpoints works. The first group of a kind has the plain names, the second ends them with 2:
/// <c>SubmitTask2</c>.
/// </summary>
internal sealed class EndpointNames
{
    private readonly ConcurrentDictionary<string, int> _groups = new(StringComparer.Ordinal);

    public static RouteGroupBuilder MapGroup(IEndpointRouteBuilder endpoints, string kind)
    {
        var group = endpoints.MapGroup("");
        var number = endpoints.ServiceProvider.GetService<EndpointNames>()?._groups.AddOrUpdate(kind, 1, static (_, count) => count + 1) ?? 1;
        if (number > 1)
            ((IEndpointConventionBuilder)group).Finally(endpoint => Number(endpoint.Metadata, number));
        return group;
    }

    private static void Number(IList<object> metadata, int number)
    {
        for (var i = 0; i < metadata.Count; i++)
        {
            if (metadata[i] is EndpointNameMetadata name)
                metadata[i] = new EndpointNameMetadata(string.Create(CultureInfo.InvariantCulture, $"{name.EndpointName}{number}"));
            else if (metadata[i] is RouteNameMetadata route)
                metadata[i] = new RouteNameMetadata(string.Create(CultureInfo.InvariantCulture, $"{route.RouteName}{number}"));
        }
    }
}

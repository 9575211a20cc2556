using BackgroundTasks.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Refuses what pages of other sites send.</summary>
public static class BackgroundTasksOtherSitesExtensions
{
    /// <summary>
    /// Answers 403 to requests that change something and that a browser sent for a page of another site: by <c>Sec-Fetch-Site</c>, or by an <c>Origin</c> other than the request's host.
    /// A page of any site can otherwise pause the queues of a service on localhost, or of one that the browser is signed in to. curl and servers send neither header and are not affected.
    /// </summary>
    /// <param name="endpoints">The endpoints, such as those of <c>MapBackgroundTasks()</c>.</param>
    /// <param name="allowedOrigins">Origins whose pages may send requests all the same, such as <c>https://example.org</c>.</param>
    public static TBuilder RefuseOtherSites<TBuilder>(this TBuilder endpoints, params string[] allowedOrigins)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(allowedOrigins);
        var sites = new OtherSites(allowedOrigins);

        // Around the whole endpoint: nothing of the request is read before, and it holds for endpoints without filters too.
        endpoints.Finally(endpoint =>
        {
            if (OtherSites.MayRefuse(endpoint.Metadata))
                endpoint.Metadata.Add(new ProducesResponseTypeAttribute(typeof(ProblemResponse), StatusCodes.Status403Forbidden, "application/problem+json") { Description = OtherSites.Refusal });
            if (endpoint.RequestDelegate is { } next)
                endpoint.RequestDelegate = context => sites.Refuses(context) ? Problems.OtherSite().ExecuteAsync(context) : next(context);
        });
        return endpoints;
    }

    /// <summary>The same for all requests of an application, also for those that no endpoint takes.</summary>
    /// <param name="app">The application; what is added to it earlier is not covered.</param>
    /// <param name="allowedOrigins">Origins whose pages may send requests all the same, such as <c>https://example.org</c>.</param>
    public static IApplicationBuilder UseRefuseOtherSites(this IApplicationBuilder app, params string[] allowedOrigins)
    {
        ArgumentNullException.ThrowIfNull(allowedOrigins);
        var sites = new OtherSites(allowedOrigins);
        return app.Use(next => context => sites.Refuses(context) ? Problems.OtherSite().ExecuteAsync(context) : next(context));
    }
}

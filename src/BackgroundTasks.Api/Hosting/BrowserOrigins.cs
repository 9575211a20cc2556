namespace BackgroundTasks.Api.Hosting;

/// <summary>Pages of other origins that may call the service: those in <c>BackgroundTasks:Cors:Origins</c>, none by default.</summary>
internal static class BrowserOrigins
{
    private const string Setting = "BackgroundTasks:Cors:Origins";

    public static void AddBrowserOrigins(this WebApplicationBuilder builder)
    {
        var origins = Read(builder.Configuration);
        if (builder.Configuration[Setting] is { Length: > 0 } single)
            throw new InvalidOperationException($"{Setting} is '{single}'; it is a list: set {Setting}:0 to the first origin, {Setting}:1 to the next.");
        foreach (var origin in origins)
        {
            // As browsers send it: without a path, not even a slash.
            if (!Uri.TryCreate(origin, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.GetLeftPart(UriPartial.Authority) != origin)
                throw new InvalidOperationException($"{Setting} has '{origin}', which is not an origin; write scheme and host and no slash behind them, such as https://example.org.");
        }

        builder.Services.AddCors(cors => cors.AddDefaultPolicy(policy => policy
            .WithOrigins(origins).AllowAnyHeader().AllowAnyMethod().WithExposedHeaders("Location", "Operation-Location", "Retry-After", "ETag")));
    }

    public static void UseBrowserOrigins(this WebApplication app)
    {
        if (Read(app.Configuration).Length > 0)
            app.UseCors();
    }

    /// <summary>Pages of any other site can send requests to a service on this machine; they must not change anything.</summary>
    /// <param name="app">The service.</param>
    public static void UseOtherSitesRefusal(this WebApplication app) => app.UseRefuseOtherSites(Read(app.Configuration));

    private static string[] Read(IConfiguration configuration) => configuration.GetSection(Setting).Get<string[]>() ?? [];
}

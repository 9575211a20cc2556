namespace BackgroundTasks.Api.Hosting;

/// <summary>Pages of other origins that may call the service: those in <c>BackgroundTasks:Cors:Origins</c>, none by default.</summary>
internal static class BrowserOrigins
{
    private const string Setting = "BackgroundTasks:Cors:Origins";

    public static void AddBrowserOrigins(this WebApplicationBuilder builder)
    {
        var origins = Read(builder.Configuration);
        foreach (var origin in origins)
        {
            if (!Uri.TryCreate(origin, UriKind.Absolute, out var uri) || uri.GetLeftPart(UriPartial.Authority) != origin.TrimEnd('/'))
                throw new InvalidOperationException($"{Setting} has '{origin}', which is no origin; write scheme and host, such as https://example.org.");
        }

        builder.Services.AddCors(cors => cors.AddDefaultPolicy(policy => policy
            .WithOrigins(origins).AllowAnyHeader().AllowAnyMethod().WithExposedHeaders("Location", "Retry-After", "ETag")));
    }

    public static void UseBrowserOrigins(this WebApplication app)
    {
        if (Read(app.Configuration).Length > 0)
            app.UseCors();
    }

    private static string[] Read(IConfiguration configuration) => configuration.GetSection(Setting).Get<string[]>() ?? [];
}

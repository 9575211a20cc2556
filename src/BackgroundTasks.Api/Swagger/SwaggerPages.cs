using Microsoft.OpenApi;

namespace BackgroundTasks.Api.Swagger;

/// <summary>OpenAPI 3.1 at <c>/swagger/v1/swagger.json</c>, and a page to try it at <c>/swagger</c>; the root leads there.</summary>
internal static class SwaggerPages
{
    /// <summary>The name of the one document.</summary>
    public const string Document = "v1";

    private const string Folder = "/swagger";

    /// <summary>The page loads nothing of other servers, runs no script of its own text, and stands in no frame.</summary>
    private const string ContentSecurityPolicy = "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

    private static readonly string[] GetOrHead = [HttpMethods.Get, HttpMethods.Head];

    public static void AddSwagger(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<SwaggerDocument>();
        builder.Services.AddEndpointsApiExplorer();
        builder.Services.AddSwaggerGen(options =>
        {
            options.SwaggerDoc(Document, new OpenApiInfo
            {
                Title = "BackgroundTasks",
                Version = "v1",
                Description = "Submit work, get an id at once, fetch the result later. Errors are problem details (RFC 9457). While the service listens on loopback alone, a request whose Host is not a loopback name is 400.",
            });
            options.SupportNonNullableReferenceTypes();

            // In the order in which they are mapped, and GET without its HEAD.
            options.OrderActionsBy(static _ => "");
            options.DocInclusionPredicate(static (_, operation) => operation.HttpMethod != HttpMethods.Head);
            options.MapType<Http.RawJson>(static () => new OpenApiSchema { Description = "Any JSON value." });
            options.SchemaFilter<ObjectMembers>();
            options.OperationFilter<TaskOperations>();
            foreach (var documentation in Directory.EnumerateFiles(AppContext.BaseDirectory, "BackgroundTasks*.xml"))
                options.IncludeXmlComments(documentation);
        });
    }

    public static void UseSwaggerPages(this WebApplication app)
    {
        // Beside the other requests: each would be compared with the paths of all pages otherwise.
        app.UseWhen(static context => context.Request.Path.StartsWithSegments(Folder), static pages =>
        {
            pages.Use(static (context, next) =>
            {
                context.Response.Headers.XContentTypeOptions = "nosniff";
                context.Response.Headers.XFrameOptions = "DENY";
                context.Response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
                return next(context);
            });
            pages.UseSwaggerUI(static options => options.DocumentTitle = "BackgroundTasks");
        });
        app.MapMethods($"{Folder}/{Document}/swagger.json", GetOrHead, static (HttpContext context, SwaggerDocument document) => document.AnswerAsync(context)).ExcludeFromDescription();
        app.MapGet("/", static (HttpContext context) => TypedResults.Redirect($"{context.Request.PathBase}/swagger")).ExcludeFromDescription();
    }
}

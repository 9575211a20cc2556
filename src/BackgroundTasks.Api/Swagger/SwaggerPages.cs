using Microsoft.OpenApi;

namespace BackgroundTasks.Api.Swagger;

/// <summary>OpenAPI 3.1 at <c>/swagger/v1/swagger.json</c>, and a page to try it at <c>/swagger</c>; the root leads there.</summary>
internal static class SwaggerPages
{
    public static void AddSwagger(this WebApplicationBuilder builder)
    {
        builder.Services.AddEndpointsApiExplorer();
        builder.Services.AddSwaggerGen(options =>
        {
            options.SwaggerDoc("v1", new OpenApiInfo
            {
                Title = "BackgroundTasks",
                Version = "v1",
                Description = "Submit work, get an id at once, fetch the result later. Errors are problem details (RFC 9457).",
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
        app.UseSwagger(static options => options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1);
        app.UseSwaggerUI(static options => options.DocumentTitle = "BackgroundTasks");
        app.MapGet("/", static (HttpContext context) => TypedResults.Redirect($"{context.Request.PathBase}/swagger")).ExcludeFromDescription();
    }
}

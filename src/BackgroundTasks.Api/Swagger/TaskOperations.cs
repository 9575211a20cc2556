using BackgroundTasks.Http;
using BackgroundTasks.Http.OpenApi;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace BackgroundTasks.Api.Swagger;

/// <summary>Adds what the endpoints' metadata says and Swashbuckle does not read, and what the service refuses before any endpoint.</summary>
/// <param name="types">The task types.</param>
internal sealed class TaskOperations(IBackgroundTaskTypes types) : IOperationFilter
{
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        OperationDescription.Complete(operation, context.ApiDescription, types);
        if (context.ApiDescription.HttpMethod is "GET" && !context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<UnsafeGetAttribute>().Any())
            return;
        operation.Responses ??= [];
        operation.Responses["403"] = new OpenApiResponse
        {
            Description = "A page of another site has sent it.",
            Content = new Dictionary<string, IOpenApiMediaType>
            {
                ["application/problem+json"] = new OpenApiMediaType { Schema = context.SchemaGenerator.GenerateSchema(typeof(ProblemResponse), context.SchemaRepository) },
            },
        };
    }
}

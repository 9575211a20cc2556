using BackgroundTasks.Http.OpenApi;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace BackgroundTasks.Api.Swagger;

/// <summary>Adds what the endpoints' metadata says and Swashbuckle does not read.</summary>
/// <param name="types">The task types.</param>
internal sealed class TaskOperations(IBackgroundTaskTypes types) : IOperationFilter
{
    public void Apply(OpenApiOperation operation, OperationFilterContext context) => OperationDescription.Complete(operation, context.ApiDescription, types);
}

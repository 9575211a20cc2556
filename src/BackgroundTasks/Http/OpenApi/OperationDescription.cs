using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.OpenApi;

namespace BackgroundTasks.Http.OpenApi;

/// <summary>Adds to an operation of a document what no generator finds in metadata by itself: headers of answers, and an example of a submit for each task type.</summary>
internal static class OperationDescription
{
    public static void Complete(OpenApiOperation operation, ApiDescription description, IBackgroundTaskTypes types)
    {
        foreach (var header in description.ActionDescriptor.EndpointMetadata.OfType<ResponseHeaderMetadata>())
        {
            if (operation.Responses is not { } responses || !responses.TryGetValue($"{header.StatusCode}", out var answer) || answer is not OpenApiResponse response)
                continue;
            response.Headers ??= new Dictionary<string, IOpenApiHeader>();
            var type = header.Name == "Retry-After" ? JsonSchemaType.Integer : JsonSchemaType.String;
            response.Headers[header.Name] = new OpenApiHeader { Description = header.Description, Schema = new OpenApiSchema { Type = type } };
        }

        foreach (var parameter in operation.Parameters ?? [])
        {
            // The framework reads a number from a string of JSON too, which says nothing of a query.
            if (parameter.Schema is OpenApiSchema { Type: { } type } schema && (type & (JsonSchemaType.Integer | JsonSchemaType.Number)) != 0)
                (schema.Type, schema.Pattern) = (type & ~JsonSchemaType.String, null);
        }

        if (description.ParameterDescriptions.All(parameter => parameter.Type != typeof(SubmitRequest)) || operation.RequestBody?.Content is not { } content)
            return;
        foreach (var body in content.Values.OfType<OpenApiMediaType>())
            body.Examples = ExamplesOf(types);
    }

    private static Dictionary<string, IOpenApiExample> ExamplesOf(IBackgroundTaskTypes types) => types.List()
        .Where(type => !type.Example.Utf8.IsEmpty)
        .ToDictionary(type => type.Name, IOpenApiExample (type) => new OpenApiExample { Summary = type.Description, Value = JsonNode.Parse(type.Example.Utf8.Span) });
}

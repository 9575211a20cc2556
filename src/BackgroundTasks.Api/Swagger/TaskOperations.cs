using System.Text.Json.Nodes;
using BackgroundTasks.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace BackgroundTasks.Api.Swagger;

/// <summary>What the endpoints say beyond their types: request headers, response headers, and an example for each task type.</summary>
/// <param name="types">The task types.</param>
internal sealed class TaskOperations(IBackgroundTaskTypes types) : IOperationFilter
{
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        switch (operation.OperationId)
        {
            case "SubmitTask":
                AddHeader(operation, "Idempotency-Key", "Names this request: sent again with the same key, it is answered with the same task. A quoted string, or 1 to 255 of A-Z, a-z, 0-9, '.', '_', ':' and '-'.", JsonSchemaType.String);
                AddHeader(operation, "Prefer", "respond-async, wait=N (seconds to wait for the end), return=minimal (no body). RFC 7240.", JsonSchemaType.String);
                operation.RequestBody = Body("application/json", context.SchemaGenerator.GenerateSchema(typeof(SubmitRequest), context.SchemaRepository), Examples());
                break;
            case "UploadImage":
                operation.RequestBody = Body("multipart/form-data", UploadForm(), []);
                break;
            case "GetTask":
                AddHeader(operation, "If-None-Match", "The ETag of an earlier answer: 304 where nothing has changed.", JsonSchemaType.String);
                AddHeader(operation, "Prefer", "wait=N: as the parameter wait, but capped instead of refused. RFC 7240.", JsonSchemaType.String);
                AddQuery(operation, "wait", "Seconds to wait for the end, or for any change where If-None-Match is sent.", JsonSchemaType.Number);
                break;
            case "FollowTask":
                AddHeader(operation, "Last-Event-ID", "The id of the last event that came: 204 where it is of the task's end, else the stream begins with a snapshot again.", JsonSchemaType.String);
                break;
            case "FollowTasks":
                foreach (var (name, description) in ListFilters.Take(3))
                    AddQuery(operation, name, description, JsonSchemaType.String);
                break;
            case "ListTasks":
                foreach (var (name, description) in ListFilters)
                    AddQuery(operation, name, description, JsonSchemaType.String);
                break;
            case "StartTask":
                AddQuery(operation, "type", "The task type; its payload's members follow as further parameters.", JsonSchemaType.String);
                break;
            case "GetResult":
                AddQuery(operation, "task_id", "The id that /start_task answered.", JsonSchemaType.String);
                break;
            case "SendNotification":
                AddQuery(operation, "email", "Whom the notification is for.", JsonSchemaType.String);
                break;
        }

        // Two methods of one endpoint: an operation id is unique in the document.
        if (context.ApiDescription.HttpMethod is "HEAD" || (operation.OperationId is "StartTask" && context.ApiDescription.HttpMethod is "POST"))
            operation.OperationId += context.ApiDescription.HttpMethod is "HEAD" ? "Head" : "ByPost";
        if (context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<EnableRateLimitingAttribute>().Any())
            (operation.Responses ??= [])["429"] = Refusal(context, "This client has submitted as much as it may for now.");
        foreach (var (code, response) in operation.Responses ?? [])
            AddResponseHeaders(operation.OperationId, code, response as OpenApiResponse);
    }

    private static IEnumerable<(string Name, string Description)> ListFilters =>
    [
        ("status", "One or more of scheduled, queued, running, succeeded, failed, canceled; repeated, or with commas."),
        ("type", "A task type."),
        ("queue", "A queue."),
        ("tag", "key:value; repeated: all of them."),
        ("createdAfter", "At or after this time, RFC 3339."),
        ("createdBefore", "Before this time, RFC 3339."),
        ("pageSize", "50 by default, 200 at most."),
        ("pageToken", "nextPageToken of the page before."),
    ];

    private static OpenApiResponse Refusal(OperationFilterContext context, string description) => new()
    {
        Description = description,
        Content = new Dictionary<string, IOpenApiMediaType>
        {
            ["application/problem+json"] = new OpenApiMediaType { Schema = context.SchemaGenerator.GenerateSchema(typeof(ProblemDetails), context.SchemaRepository) },
        },
    };

    /// <summary>Bodies that the endpoints read themselves: declared to routing, they would be refused before the endpoint can say why.</summary>
    private static OpenApiRequestBody Body(string contentType, IOpenApiSchema schema, Dictionary<string, IOpenApiExample> examples) => new()
    {
        Required = true,
        Content = new Dictionary<string, IOpenApiMediaType> { [contentType] = new OpenApiMediaType { Schema = schema, Examples = examples } },
    };

    private static OpenApiSchema UploadForm() => new()
    {
        Type = JsonSchemaType.Object,
        Required = new HashSet<string> { "file" },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["file"] = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary", Description = "The image." },
            ["width"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Description = "How wide at most, 1 to 10,000 pixels." },
            ["height"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Description = "How high at most, 1 to 10,000 pixels." },
            ["format"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "jpeg, png or webp; the image's own by default." },
        },
    };

    private Dictionary<string, IOpenApiExample> Examples() => types.List()
        .Where(type => !type.Example.Utf8.IsEmpty)
        .ToDictionary(type => type.Name, IOpenApiExample (type) => new OpenApiExample { Summary = type.Description, Value = JsonNode.Parse(type.Example.Utf8.Span) });

    private static void AddHeader(OpenApiOperation operation, string name, string description, JsonSchemaType type) =>
        Add(operation, name, ParameterLocation.Header, description, type);

    private static void AddQuery(OpenApiOperation operation, string name, string description, JsonSchemaType type) =>
        Add(operation, name, ParameterLocation.Query, description, type);

    private static void Add(OpenApiOperation operation, string name, ParameterLocation location, string description, JsonSchemaType type)
    {
        operation.Parameters ??= [];
        operation.Parameters.Add(new OpenApiParameter { Name = name, In = location, Description = description, Schema = new OpenApiSchema { Type = type } });
    }

    private static void AddResponseHeaders(string? operation, string code, OpenApiResponse? response)
    {
        if (response is null)
            return;
        foreach (var (name, description) in HeadersOf(operation, code))
        {
            response.Headers ??= new Dictionary<string, IOpenApiHeader>();
            response.Headers[name] = new OpenApiHeader { Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
        }
    }

    private static IEnumerable<(string Name, string Description)> HeadersOf(string? operation, string code)
    {
        if (code is "429" or "503" || (operation is "SubmitTask" && code is "409"))
            yield return ("Retry-After", "Seconds to wait before asking again.");
        if (operation is not ("SubmitTask" or "GetTask" or "CancelTask" or "RetryTask" or "UploadImage") || code is not ("200" or "202" or "304"))
            yield break;
        yield return ("ETag", "New with every visible change of the task.");
        if (operation is not "GetTask")
            yield return ("Location", "Where the task is, relative to this server.");
        if (code is not "304")
            yield return ("Retry-After", "Seconds to wait before asking again; while the task is not terminal.");
        if (operation is not "SubmitTask")
            yield break;
        yield return ("Idempotent-Replayed", "true where the Idempotency-Key has been used for this request before.");
        yield return ("Preference-Applied", "What of Prefer was heeded.");
        yield return ("Vary", "Prefer.");
    }
}

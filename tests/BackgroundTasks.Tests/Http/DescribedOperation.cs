using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;

namespace BackgroundTasks.Tests;

/// <summary>An operation of an OpenAPI document, and what every one must say.</summary>
internal sealed record DescribedOperation(string Method, string Path, JsonNode Node)
{
    public string Id => Node["operationId"]!.GetValue<string>();

    public IEnumerable<JsonNode> Parameters => (Node["parameters"] as JsonArray ?? []).Select(parameter => parameter!);

    public IReadOnlyDictionary<string, JsonNode> Responses => Node["responses"]!.AsObject().ToDictionary(response => response.Key, response => response.Value!);

    public static List<DescribedOperation> AllOf(JsonNode document) =>
        [.. document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(operation => new DescribedOperation(operation.Key.ToUpperInvariant(), path.Key, operation.Value!)))];

    /// <summary>What the application serves, as a document has it.</summary>
    public static IEnumerable<string> RowsOf(EndpointDataSource endpoints) => endpoints.Endpoints.OfType<RouteEndpoint>()
        .Where(endpoint => endpoint.Metadata.GetMetadata<IExcludeFromDescriptionMetadata>() is null)
        .SelectMany(endpoint => (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [])
            .Where(method => method != HttpMethods.Head)
            .Select(method => $"{method} /{endpoint.RoutePattern.RawText!.Trim('/')}"));

    /// <summary>Everything that a reader, or a generator of clients, needs.</summary>
    public void AssertIsComplete()
    {
        Assert.False(string.IsNullOrWhiteSpace(Node["summary"]?.GetValue<string>()), $"{Id}: summary");
        Assert.Single(Node["tags"]!.AsArray());
        Assert.Equal(Path.Split('{').Skip(1).Select(part => part.Split('}')[0]), Parameters.Where(parameter => (string?)parameter["in"] == "path").Select(parameter => (string?)parameter["name"]));
        Assert.All(Parameters, parameter => Assert.False(string.IsNullOrWhiteSpace((string?)parameter["description"]), $"{Id}: {parameter["name"]}"));
        Assert.All(Parameters, parameter => Assert.NotNull(parameter["schema"]!["type"]));
        foreach (var (code, response) in Responses)
        {
            Assert.NotEqual(ReasonPhrases.GetReasonPhrase(int.Parse(code, System.Globalization.CultureInfo.InvariantCulture)), (string?)response["description"]);
            if (code[0] is '4' or '5')
                Assert.Equal("#/components/schemas/ProblemResponse", (string?)response["content"]!["application/problem+json"]!["schema"]!["$ref"]);
            if (code is "429" or "503")
                Assert.Equal("integer", (string?)response["headers"]!["Retry-After"]!["schema"]!["type"]);
        }

        Assert.Contains(Responses.Keys, code => code[0] is '2');
    }
}

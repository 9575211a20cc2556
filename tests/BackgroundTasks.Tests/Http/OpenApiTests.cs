using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BackgroundTasks.Tests.Http;

/// <summary>The document of an application of one's own, with <c>AddOpenApi()</c> and nothing of the service.</summary>
public sealed class OpenApiTests : IAsyncLifetime
{
    private readonly WebApplication _app = Build();
    private JsonNode _document = null!;

    public async Task InitializeAsync()
    {
        await _app.StartAsync();
        _document = JsonNode.Parse(await _app.GetTestClient().GetStringAsync("/openapi/v1.json"))!;
    }

    [Fact]
    public void Every_endpoint_is_in_the_document_and_says_what_it_reads_and_answers()
    {
        var operations = DescribedOperation.AllOf(_document);

        Assert.StartsWith("3.1.", _document["openapi"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(DescribedOperation.RowsOf(_app.Services.GetRequiredService<EndpointDataSource>()).Order(), operations.Select(operation => $"{operation.Method} {operation.Path}").Order());
        Assert.All(operations, operation => operation.AssertIsComplete());
        Assert.Distinct(operations.Select(operation => operation.Id));
    }

    [Fact]
    public async Task What_refuses_pages_of_other_sites_says_so_of_what_changes_something()
    {
        await using var app = Build(static endpoints => endpoints.RefuseOtherSites());
        await app.StartAsync();

        var operations = DescribedOperation.AllOf(JsonNode.Parse(await app.GetTestClient().GetStringAsync("/openapi/v1.json"))!);

        Assert.All(operations, operation => Assert.Equal(operation.Method != "GET" || operation.Path.EndsWith("/start_task", StringComparison.Ordinal), operation.Responses.ContainsKey("403")));
    }

    [Fact]
    public void A_submit_has_its_body_with_an_example_of_each_type_that_has_one()
    {
        var body = Operation("SubmitTask").Node["requestBody"]!;

        Assert.True(body["required"]!.GetValue<bool>());
        var json = body["content"]!["application/json"]!;
        Assert.Equal("#/components/schemas/SubmitRequest", json["schema"]!["$ref"]!.GetValue<string>());
        var example = Assert.Single(json["examples"]!.AsObject());
        Assert.Equal("add", example.Key);
        Assert.Equal("""{"type":"add","payload":[1,2]}""", example.Value!["value"]!.ToJsonString());
    }

    [Theory]
    [InlineData("SubmitTask", "200", "ETag Idempotent-Replayed Location Preference-Applied Retry-After Vary")]
    [InlineData("SubmitTask", "409", "Retry-After")]
    [InlineData("GetTask", "304", "Cache-Control ETag Vary")]
    [InlineData("ListTasks", "200", "Link")]
    [InlineData("CancelTask", "202", "ETag Location Retry-After")]
    public void An_answer_names_its_headers(string operation, string code, string headers) =>
        Assert.Equal(headers, string.Join(' ', Operation(operation).Responses[code]["headers"]!.AsObject().Select(header => header.Key).Where(name => name != "Operation-Location").Order(StringComparer.Ordinal)));

    [Theory]
    [InlineData("ListTasks", "status", "array", null)]
    [InlineData("ListTasks", "tag", "array", null)]
    [InlineData("ListTasks", "createdAfter", "string", "date-time")]
    [InlineData("ListTasks", "pageSize", "integer", "int32")]
    [InlineData("GetTask", "wait", "number", "double")]
    [InlineData("GetTask", "id", "string", null)]
    public void A_parameter_has_its_type(string operation, string name, string type, string? format)
    {
        var schema = Operation(operation).Parameters.Single(parameter => parameter["name"]!.GetValue<string>() == name)["schema"]!;

        Assert.Equal((type, format), (schema["type"]!.GetValue<string>(), schema["format"]?.GetValue<string>()));
    }

    [Theory]
    [InlineData("SubmitTask", "Idempotency-Key Prefer traceparent")]
    [InlineData("GetTask", "If-None-Match Prefer id wait")]
    public void An_endpoint_that_reads_the_request_itself_names_all_that_it_reads(string operation, string parameters) =>
        Assert.Equal(parameters, string.Join(' ', Operation(operation).Parameters.Select(parameter => parameter["name"]!.GetValue<string>()).Order(StringComparer.Ordinal)));

    [Theory]
    [InlineData("0199f0c2d57d7000800005e327ff670d", true)]
    [InlineData("0199F0C2-D57D-7000-8000-05E327FF670D", true)]
    [InlineData("0199f0c2", false)]
    public void An_id_has_a_pattern(string id, bool matches)
    {
        var pattern = Operation("GetTask").Parameters.Single(parameter => parameter["name"]!.GetValue<string>() == "id")["schema"]!["pattern"]!.GetValue<string>();

        Assert.Equal(matches, System.Text.RegularExpressions.Regex.IsMatch(id, pattern));
    }

    [Theory]
    [InlineData("ListTasks")]
    [InlineData("FollowTasks")]
    [InlineData("RetryTasks")]
    public async Task The_filters_that_are_described_are_those_that_are_read(string id)
    {
        var operation = Operation(id);
        var request = new HttpRequestMessage(new HttpMethod(operation.Method), $"{operation.Path}?unknown=1");

        using var refused = await _app.GetTestClient().SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        var read = JsonNode.Parse(await refused.Content.ReadAsStringAsync())!["errors"]!["unknown"]![0]!.GetValue<string>().Split("Filters: ")[1].TrimEnd('.').Split(", ");

        // The size of a page means nothing where no page is answered.
        Assert.Equal(read.Where(name => name != "pageSize" || id == "ListTasks").Order(), operation.Parameters.Select(parameter => parameter["name"]!.GetValue<string>()).Order());
    }

    [Fact]
    public void Members_are_required_typed_and_null_as_they_are_written()
    {
        var schemas = _document["components"]!["schemas"]!;
        var task = schemas["TaskResponse"]!;

        Assert.Equal(task["properties"]!.AsObject().Select(member => member.Key).Order(), task["required"]!.AsArray().Select(member => member!.GetValue<string>()).Order());
        Assert.Equal("integer", task["properties"]!["version"]!["type"]!.GetValue<string>());
        Assert.Equal("""["null","string"]""", task["properties"]!["finishedAt"]!["type"]!.ToJsonString());
        Assert.Equal("string", task["properties"]!["createdAt"]!["type"]!.GetValue<string>());
        Assert.Equal("array", schemas["ProblemResponse"]!["properties"]!["errors"]!["additionalProperties"]!["type"]!.GetValue<string>());
        Assert.Equal(["status", "title", "type"], schemas["ProblemResponse"]!["required"]!.AsArray().Select(member => member!.GetValue<string>()).Order());
        Assert.False(schemas["SubmitRequest"]!["additionalProperties"]!.GetValue<bool>());
    }

    [Fact]
    public void Mapping_without_the_services_says_what_is_missing()
    {
        var app = WebApplication.CreateSlimBuilder().Build();

        var missing = Assert.Throws<InvalidOperationException>(() => app.MapBackgroundTasks());

        Assert.Contains("AddBackgroundTasks()", missing.Message, StringComparison.Ordinal);
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    private DescribedOperation Operation(string id) => DescribedOperation.AllOf(_document).Single(operation => operation.Id == id);

    private static WebApplication Build(Action<IEndpointConventionBuilder>? convention = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        builder.Services.AddOpenApi();
        builder.Services.AddBackgroundTasks()
            .AddHandler<int[], int>("add", (numbers, context, cancellationToken) => Task.FromResult(numbers.Sum()), type => type.Example = new[] { 1, 2 })
            .AddHandler<string, string>("echo", (text, context, cancellationToken) => Task.FromResult(text));
        var app = builder.Build();
        app.MapOpenApi();
        convention ??= static _ => { };
        convention(app.MapGroup("/jobs").MapBackgroundTasks());
        convention(app.MapStartTask());
        return app;
    }
}

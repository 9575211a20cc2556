using System.Net;
using System.Text.Json.Nodes;
using BackgroundTasks.Api.Tests.Contract;

namespace BackgroundTasks.Api.Tests.Hosting;

public class SwaggerTests
{
    [Fact]
    public async Task The_document_is_openapi_3_1_with_every_endpoint_a_summary_and_every_status_code()
    {
        await using var service = Service.Start(ServiceKind.TestServer);
        var document = await (await service.GetAsync("/swagger/v1/swagger.json")).JsonAsync();

        Assert.StartsWith("3.1.", document["openapi"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(
            [
                "GET /events: 200 400", "GET /get_result: 200 400 404", "GET /health/live: 200", "GET /health/ready: 200 503", "GET /images/{id}: 200 404", "GET /nodes: 200", "GET /queues/{name}: 200 404", "GET /queues: 200", "GET /send-notification: 200 400 429 503", "GET /start_task: 200 400 429 503",
                "GET /task-types/{type}: 200 404", "GET /task-types: 200", "GET /tasks/{id}/events: 200 204 404", "GET /tasks/{id}: 200 304 400 404", "GET /tasks: 200 400",
                "DELETE /tasks/{id}: 204 404 409 503", "POST /async_endpoint: 200 429", "POST /images: 202 400 413 415 429 503", "POST /queues/{name}/pause: 200 404 503", "POST /queues/{name}/resume: 200 404 503", "POST /start_task: 200 400 429 503",
                "POST /sync_endpoint: 200 429 503", "POST /tasks/retry: 202 400 429 503", "POST /tasks/{id}/cancel: 200 202 404 409 503", "POST /tasks/{id}/retry: 202 404 409 429 503", "POST /tasks: 200 202 400 409 413 415 422 429 503",
            ],
            Operations(document).Where(operation => operation.Method != "HEAD").Select(operation =>
                $"{operation.Method} {operation.Path}: {string.Join(' ', operation.Node["responses"]!.AsObject().Select(response => response.Key).Order())}").OrderBy(Key).ToArray());
        Assert.All(Operations(document), operation => Assert.NotEmpty(operation.Node["summary"]!.GetValue<string>()));
        Assert.Distinct(Operations(document).Select(operation => operation.Node["operationId"]!.GetValue<string>()));

        static string Key(string operation) => operation.Replace("DELETE", "H", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_task_type_has_a_named_example_that_is_accepted()
    {
        await using var service = Service.Start(ServiceKind.TestServer);
        var document = await (await service.GetAsync("/swagger/v1/swagger.json")).JsonAsync();

        var examples = document["paths"]!["/tasks"]!["post"]!["requestBody"]!["content"]!["application/json"]!["examples"]!.AsObject();

        Assert.Equal(["count-primes", "push-notification", "resize-image", "send-notification", "wait"], examples.Select(example => example.Key).Order());
        foreach (var (_, example) in examples)
            Assert.Equal(HttpStatusCode.Accepted, (await service.SubmitAsync(example!["value"]!.ToJsonString())).StatusCode);
    }

    [Fact]
    public async Task The_submit_tells_of_the_headers_that_it_reads_and_sends()
    {
        await using var service = Service.Start(ServiceKind.TestServer);
        var submit = (await (await service.GetAsync("/swagger/v1/swagger.json")).JsonAsync())["paths"]!["/tasks"]!["post"]!;

        Assert.Equal(["Idempotency-Key", "Prefer"], submit["parameters"]!.AsArray().Select(parameter => parameter!["name"]!.GetValue<string>()).Order(StringComparer.Ordinal));
        Assert.Equal(["ETag", "Idempotent-Replayed", "Location", "Preference-Applied", "Retry-After", "Vary"], Headers("202"));
        Assert.Equal(["Retry-After"], Headers("409"));

        IEnumerable<string> Headers(string code) => submit["responses"]![code]!["headers"]!.AsObject().Select(header => header.Key).Order(StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("cancel", "200")]
    [InlineData("cancel", "202")]
    [InlineData("retry", "202")]
    public async Task Cancel_and_retry_tell_of_the_headers_of_the_task(string call, string code)
    {
        await using var service = Service.Start(ServiceKind.TestServer);
        var document = await (await service.GetAsync("/swagger/v1/swagger.json")).JsonAsync();

        var headers = document["paths"]![$"/tasks/{{id}}/{call}"]!["post"]!["responses"]![code]!["headers"]!.AsObject();

        Assert.Equal(["ETag", "Location", "Retry-After"], headers.Select(header => header.Key).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("TaskResponse", "progress", "TaskProgressResponse")]
    [InlineData("TaskResponse", "error", "TaskErrorResponse")]
    public async Task A_member_of_a_task_that_may_be_null_says_so(string schema, string member, string type)
    {
        await using var service = Service.Start(ServiceKind.TestServer);
        var document = await (await service.GetAsync("/swagger/v1/swagger.json")).JsonAsync();

        var property = document["components"]!["schemas"]![schema]!["properties"]![member]!;

        Assert.Equal(["null", $"#/components/schemas/{type}"], property["oneOf"]!.AsArray().Select(one => (one!["type"] ?? one["$ref"])!.GetValue<string>()));
        Assert.NotEmpty(property["description"]!.GetValue<string>());
        Assert.Null(document["components"]!["schemas"]!["TaskResponse"]!["properties"]!["links"]!["oneOf"]);
    }

    [Fact]
    public async Task The_root_leads_to_the_page_under_a_path_base_too()
    {
        await using var service = Service.Start(ServiceKind.TestServer);

        var root = await service.GetAsync("/");
        var page = await service.GetAsync("/swagger/index.html");

        Assert.Equal((HttpStatusCode.Found, "/swagger"), (root.StatusCode, root.Header("Location")));
        Assert.Equal((HttpStatusCode.OK, "text/html"), (page.StatusCode, page.Content.Headers.ContentType!.MediaType));
    }

    private static IEnumerable<(string Path, string Method, JsonNode Node)> Operations(JsonNode document) =>
        document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(operation => (path.Key, operation.Key.ToUpperInvariant(), operation.Value!)));
}

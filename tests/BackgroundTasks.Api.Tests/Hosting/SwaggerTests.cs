using System.Net;
using System.Text.Json.Nodes;
using BackgroundTasks.Api.Tests.Contract;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace BackgroundTasks.Api.Tests.Hosting;

public class SwaggerTests
{
    [Fact]
    public async Task The_document_is_openapi_3_1_with_every_endpoint_complete_and_every_status_code()
    {
        await using var service = Service.Start(ServiceKind.TestServer);
        var document = await (await service.GetAsync("/swagger/v1/swagger.json")).JsonAsync();
        var operations = DescribedOperation.AllOf(document);

        Assert.StartsWith("3.1.", document["openapi"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(
            [
                "POST /tasks: 200 202 400 403 408 409 413 415 422 429 503", "GET /tasks: 200 400 503", "GET /tasks/{id}: 200 304 400 404 503", "DELETE /tasks/{id}: 204 403 404 409 503",
                "POST /tasks/{id}/cancel: 200 202 403 404 409 503", "POST /tasks/{id}/retry: 202 403 404 409 429 503", "POST /tasks/retry: 202 400 403 429 503",
                "GET /task-types: 200", "GET /task-types/{type}: 200 404",
                "GET /queues: 200 503", "GET /queues/{name}: 200 404 503", "POST /queues/{name}/pause: 200 403 404 503", "POST /queues/{name}/resume: 200 403 404 503", "GET /nodes: 200",
                "GET /tasks/{id}/events: 200 204 404 503", "GET /events: 200 400",
                "POST /images: 202 400 403 408 413 415 429 503", "GET /images/{id}: 200 404",
                "GET /start_task: 200 400 403 429 503", "POST /start_task: 200 400 403 429 503", "GET /get_result: 200 400 404 503",
                "POST /sync_endpoint: 200 403 429 503", "POST /async_endpoint: 200 403 429", "GET /send-notification: 200 400 403 429 503",
                "GET /health/live: 200", "GET /health/ready: 200 503",
            ],
            operations.Select(operation => $"{operation.Method} {operation.Path}: {string.Join(' ', operation.Responses.Keys.Order())}"));
        Assert.Equal(DescribedOperation.RowsOf(service.Services.GetRequiredService<EndpointDataSource>()).Order(), operations.Select(operation => $"{operation.Method} {operation.Path}").Order());
        Assert.All(operations, operation => operation.AssertIsComplete());
        Assert.Distinct(operations.Select(operation => operation.Id));
    }

    [Fact]
    public async Task The_tags_stand_in_the_order_in_which_a_newcomer_needs_them()
    {
        await using var service = Service.Start(ServiceKind.TestServer);
        var document = await (await service.GetAsync("/swagger/v1/swagger.json")).JsonAsync();

        Assert.Equal(
            ["Tasks", "Task types", "Queues", "Events", "Images", "As in FastAPI", "Health"],
            document["tags"]!.AsArray().Select(tag => tag!["name"]!.GetValue<string>()));
    }

    [Fact]
    public async Task An_upload_describes_the_fields_of_its_form()
    {
        await using var service = Service.Start(ServiceKind.TestServer);
        var document = await (await service.GetAsync("/swagger/v1/swagger.json")).JsonAsync();

        var form = document["paths"]!["/images"]!["post"]!["requestBody"]!["content"]!["multipart/form-data"]!["schema"]!;

        Assert.Equal(["file"], form["required"]!.AsArray().Select(name => name!.GetValue<string>()));
        Assert.Equal(
            ["file string binary", "width integer int32", "height integer int32", "format string "],
            form["properties"]!.AsObject().Select(field => $"{field.Key} {field.Value!["type"]} {field.Value["format"]}"));
    }

    [Fact]
    public async Task What_is_always_written_is_required_and_answers_may_get_more_members()
    {
        await using var service = Service.Start(ServiceKind.TestServer);
        var schemas = (await (await service.GetAsync("/swagger/v1/swagger.json")).JsonAsync())["components"]!["schemas"]!;

        Assert.All(
            ["TaskResponse", "TaskProgressResponse", "TaskErrorResponse", "TaskLinksResponse", "QueueResponse", "NodeResponse", "TaskTypeResponse"],
            name => Assert.Equal(schemas[name]!["properties"]!.AsObject().Select(member => member.Key).Order(), schemas[name]!["required"]!.AsArray().Select(member => member!.GetValue<string>()).Order()));
        Assert.Equal(["SubmitRequest"], schemas.AsObject().Where(schema => schema.Value!["additionalProperties"] is JsonValue).Select(schema => schema.Key));
        Assert.Equal(["result"], schemas["TaskResultResponse"]!["required"]!.AsArray().Select(member => member!.GetValue<string>()));
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

        Assert.Equal(["Idempotency-Key", "Prefer", "traceparent"], submit["parameters"]!.AsArray().Select(parameter => parameter!["name"]!.GetValue<string>()).Order(StringComparer.Ordinal));
        Assert.Equal(["ETag", "Idempotent-Replayed", "Location", "Operation-Location", "Preference-Applied", "Retry-After", "Vary"], Headers("202"));
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

        Assert.Equal(["ETag", "Location", "Operation-Location", "Retry-After"], headers.Select(header => header.Key).Order(StringComparer.Ordinal));
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
    public async Task A_client_that_has_the_document_is_answered_304()
    {
        await using var service = Service.Start(ServiceKind.TestServer);

        var first = await service.GetAsync("/swagger/v1/swagger.json");
        var again = await service.GetAsync("/swagger/v1/swagger.json", ("If-None-Match", first.Header("ETag")!));
        var other = await service.GetAsync("/swagger/v1/swagger.json", ("If-None-Match", "\"other\""));

        Assert.Equal((HttpStatusCode.OK, "no-cache"), (first.StatusCode, first.Header("Cache-Control")));
        Assert.Equal((HttpStatusCode.NotModified, ""), (again.StatusCode, await again.Content.ReadAsStringAsync()));
        Assert.Equal((HttpStatusCode.OK, await first.Content.ReadAsStringAsync()), (other.StatusCode, await other.Content.ReadAsStringAsync()));
    }

    [Theory]
    [InlineData("/swagger/index.html")]
    [InlineData("/swagger/swagger-ui-bundle.js")]
    [InlineData("/swagger/v1/swagger.json")]
    public async Task The_pages_stand_in_no_frame_and_load_nothing_of_others(string path)
    {
        await using var service = Service.Start(ServiceKind.TestServer);

        var page = await service.GetAsync(path);

        Assert.Equal((HttpStatusCode.OK, "nosniff", "DENY"), (page.StatusCode, page.Header("X-Content-Type-Options"), page.Header("X-Frame-Options")));
        Assert.Contains("default-src 'self'", page.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", page.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.DoesNotContain("script-src", page.Header("Content-Security-Policy"), StringComparison.Ordinal);
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
}

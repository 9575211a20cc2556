using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace BackgroundTasks.Tests.Http;

/// <summary>The endpoints are mapped as often as an application likes.</summary>
public class PrefixTests
{
    private readonly HeldWork _held = new();

    [Fact]
    public async Task Two_prefixes_both_work_and_each_answers_with_its_own_links()
    {
        await using var app = await StartAsync();
        using var client = app.GetTestClient();

        foreach (var prefix in new[] { "", "/internal", "/v2/acme" })
        {
            var response = await client.PostAsync($"{prefix}/tasks", new StringContent("""{"type":"held","payload":{}}""", Encoding.UTF8, "application/json"));
            var task = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
            (await _held.NextAsync()).Return("");

            Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
            Assert.Equal($"{prefix}/tasks/{task["id"]}", response.Headers.Location!.ToString());
            Assert.Equal([$"{prefix}/tasks/{task["id"]}"], response.Headers.GetValues("Operation-Location"));
            Assert.Equal($"{prefix}/tasks/{task["id"]}/events", task["links"]!["events"]!.GetValue<string>());
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(response.Headers.Location)).StatusCode);
            Assert.Equal(HttpStatusCode.BadRequest, (await client.GetAsync($"{prefix}/get_result")).StatusCode);
        }
    }

    [Fact]
    public async Task The_first_keeps_the_plain_names_and_the_others_are_numbered()
    {
        await using var app = await StartAsync();

        var names = app.Services.GetRequiredService<EndpointDataSource>().Endpoints.Select(endpoint => endpoint.Metadata.GetRequiredMetadata<IEndpointNameMetadata>().EndpointName).ToList();

        Assert.Equal(names.Distinct(), names);
        Assert.Superset(new HashSet<string> { "SubmitTask", "SubmitTask2", "SubmitTask3", "StartTask", "StartTask2", "StartTask3" }, names.ToHashSet());
    }

    private async Task<WebApplication> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Services.AddBackgroundTasks().AddHandler<HeldPayload, string>("held", _held.HandleAsync);
        var app = builder.Build();
        foreach (var group in new IEndpointRouteBuilder[] { app, app.MapGroup("/internal"), app.MapGroup("/v2/{tenant}") })
        {
            group.MapBackgroundTasks();
            group.MapStartTask();
        }

        await app.StartAsync();
        return app;
    }
}

using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace BackgroundTasks.Tests.Http;

/// <summary>An application's filters stand around the endpoints, also around those that find their services themselves.</summary>
public class EndpointFilterTests
{
    private readonly HeldWork _held = new();

    [Fact]
    public async Task A_filter_sees_the_answer_before_it_is_written_and_may_put_another_in_its_place()
    {
        var seen = new List<int?>();
        await using var app = await StartAsync(async (context, next) =>
        {
            var answer = await next(context);
            seen.Add((answer as IStatusCodeHttpResult)?.StatusCode);
            Assert.False(context.HttpContext.Response.HasStarted);
            return context.HttpContext.Request.Query.ContainsKey("hidden") ? TypedResults.NotFound() : answer;
        });
        var client = app.GetTestClient();

        var accepted = await client.PostAsync("/tasks", new StringContent("""{"type":"held","payload":{}}""", Encoding.UTF8, "application/json"));
        (await _held.NextAsync()).Return("");
        var found = await client.GetAsync(accepted.Headers.Location);
        var hidden = await client.GetAsync($"{accepted.Headers.Location}?hidden=1");

        Assert.Equal([HttpStatusCode.Accepted, HttpStatusCode.OK, HttpStatusCode.NotFound], [accepted.StatusCode, found.StatusCode, hidden.StatusCode]);
        Assert.Equal([202, 200, 200], seen);
    }

    private async Task<WebApplication> StartAsync(Func<EndpointFilterInvocationContext, EndpointFilterDelegate, ValueTask<object?>> filter)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Services.AddBackgroundTasks().AddHandler<HeldPayload, string>("held", _held.HandleAsync);
        var app = builder.Build();
        app.MapBackgroundTasks().AddEndpointFilter(filter);
        await app.StartAsync();
        return app;
    }
}

using System.Net;

namespace BackgroundTasks.Api.Tests.Contract;

public sealed class ControlOnTestServer() : ControlTests(ServiceKind.TestServer);

public sealed class ControlOnKestrelInProduction() : ControlTests(ServiceKind.KestrelInProduction);

public sealed class ControlOnKestrelInDevelopment() : ControlTests(ServiceKind.KestrelInDevelopment);

/// <summary>Cancel and delete.</summary>
public abstract class ControlTests(ServiceKind kind)
{
    [Fact]
    public async Task A_waiting_task_is_canceled_with_200_and_again_with_200()
    {
        await using var service = Service.Start(kind, ("BackgroundTasks:Queues:default:Workers", "1"));
        var (_, run) = await service.StartHeldAsync();
        var waiting = await service.SubmitHeldAsync();

        var first = await service.SendAsync(HttpMethod.Post, $"/tasks/{waiting}/cancel");
        var second = await service.SendAsync(HttpMethod.Post, $"/tasks/{waiting}/cancel");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (first.StatusCode, second.StatusCode));
        Assert.Equal("canceled", (await first.JsonAsync())["status"]!.GetValue<string>());
        Assert.Equal(($"/tasks/{waiting}", "W/\"2.0\""), (first.Header("Location"), second.Header("ETag")));
        run.Return("");
    }

    [Fact]
    public async Task A_running_task_is_asked_to_stop_with_202_and_ends_canceled()
    {
        await using var service = Service.Start(kind);
        var (id, run) = await service.StartHeldAsync();

        var response = await service.SendAsync(HttpMethod.Post, $"/tasks/{id}/cancel");
        var asked = await response.JsonAsync();
        await run.Cancelled;
        run.Throw(new OperationCanceledException(run.Token));
        var ended = await service.EndOfAsync(id);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal(("running", true), (asked["status"]!.GetValue<string>(), asked["cancelRequested"]!.GetValue<bool>()));
        Assert.Equal(("canceled", true), (ended["status"]!.GetValue<string>(), ended["cancelRequested"]!.GetValue<bool>()));
        Assert.Null(ended["error"]);
    }

    [Fact]
    public async Task What_has_ended_cannot_be_canceled()
    {
        await using var service = Service.Start(kind);
        var (id, run) = await service.StartHeldAsync();
        run.Return("");
        await service.EndOfAsync(id);

        var problem = await (await service.SendAsync(HttpMethod.Post, $"/tasks/{id}/cancel")).ProblemAsync(409);

        Assert.Equal((id, "succeeded"), (problem["taskId"]!.GetValue<string>(), problem["currentStatus"]!.GetValue<string>()));
    }

    [Fact]
    public async Task The_record_of_what_has_ended_is_deleted()
    {
        await using var service = Service.Start(kind);
        var (id, run) = await service.StartHeldAsync();
        run.Return("");
        await service.EndOfAsync(id);

        var response = await service.SendAsync(HttpMethod.Delete, $"/tasks/{id}");

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        await (await service.GetAsync($"/tasks/{id}")).ProblemAsync(404);
        await (await service.SendAsync(HttpMethod.Delete, $"/tasks/{id}")).ProblemAsync(404);
    }

    [Fact]
    public async Task What_has_not_ended_cannot_be_deleted()
    {
        await using var service = Service.Start(kind);
        var (id, run) = await service.StartHeldAsync();

        var problem = await (await service.SendAsync(HttpMethod.Delete, $"/tasks/{id}")).ProblemAsync(409);

        Assert.Equal("running", problem["currentStatus"]!.GetValue<string>());
        run.Return("");
    }

    [Theory]
    [InlineData("0199f0c2aaaa7aaa8aaaaaaaaaaaaaaa")]
    [InlineData("nonsense")]
    public async Task An_unknown_id_is_404(string id)
    {
        await using var service = Service.Start(kind);

        await (await service.SendAsync(HttpMethod.Post, $"/tasks/{id}/cancel")).ProblemAsync(404);
        await (await service.SendAsync(HttpMethod.Delete, $"/tasks/{id}")).ProblemAsync(404);
    }
}

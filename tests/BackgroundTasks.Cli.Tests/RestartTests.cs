using System.Text.Json.Nodes;

namespace BackgroundTasks.Cli.Tests;

/// <summary>A service that ends while a command waits, and comes back or does not.</summary>
public sealed class RestartTests
{
    [Theory]
    [InlineData("wait")]
    [InlineData("watch")]
    public async Task A_service_that_is_gone_for_good_ends_the_wait(string command)
    {
        await using var service = await RunningService.StartAsync();
        var id = await service.SubmitAsync("wait", """{"seconds":600}""");
        await using var tool = BackgroundTasksTool.Start(service.Address, command, id, "--retry-for", "10s");
        await service.AnsweredAsync($"GET /tasks/{id}");

        await service.KillAsync();
        var ended = await tool.EndAsync();

        Assert.Equal(3, ended.ExitCode);
        Assert.Contains("does not answer", ended.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_submit_that_waits_for_a_service_that_is_gone_tells_the_task()
    {
        await using var service = await RunningService.StartAsync();
        await using var tool = BackgroundTasksTool.Start(service.Address, "submit", "wait", """{"seconds":600}""", "--wait", "--retry-for", "10s");
        await service.AnsweredAsync("POST /tasks");
        var id = JsonNode.Parse((await service.RunAsync("list", "--json")).Output)!["id"]!.GetValue<string>();
        await service.AnsweredAsync($"GET /tasks/{id}");

        await service.KillAsync();
        var ended = await tool.EndAsync();

        Assert.Equal((3, ""), (ended.ExitCode, ended.Output));
        Assert.Contains($"'background-tasks watch {id}'", ended.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("wait")]
    [InlineData("watch")]
    public async Task A_service_that_restarts_meanwhile_is_waited_for(string command)
    {
        await using var service = await RunningService.StartAsync();
        await service.RunAsync("queues", "pause", "default");
        var id = await service.SubmitAsync("wait", """{"seconds":0}""");
        await using var tool = BackgroundTasksTool.Start(service.Address, command, id);
        await service.AnsweredAsync($"GET /tasks/{id}");

        await service.KillAsync();
        await service.InitializeAsync();
        await service.RunAsync("queues", "resume", "default");
        var ended = await tool.EndAsync();

        Assert.Equal((0, ""), (ended.ExitCode, ended.Errors));
        Assert.EndsWith("""{"seconds":0}""" + "\n", ended.Output, StringComparison.Ordinal);
    }
}

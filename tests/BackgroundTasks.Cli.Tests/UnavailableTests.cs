using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace BackgroundTasks.Cli.Tests;

/// <summary>A service that is not there, has no room, or comes back.</summary>
public sealed class UnavailableTests
{
    [Fact]
    public async Task A_wrong_address_is_told_within_seconds()
    {
        var address = RunningService.FreeAddress();
        var begin = Stopwatch.GetTimestamp();

        var ended = await BackgroundTasksTool.RunAsync(address, "submit", "wait", "{}");

        Assert.Equal((3, ""), (ended.ExitCode, ended.Output));
        Assert.StartsWith($"background-tasks: {address}/ does not answer: ", ended.Errors, StringComparison.Ordinal);
        Assert.Contains("--url or BACKGROUNDTASKS_URL", ended.Errors, StringComparison.Ordinal);
        Assert.InRange(Stopwatch.GetElapsedTime(begin), TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_submit_whose_answer_is_lost_tells_the_key_by_which_it_can_be_repeated()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();

        var ended = await BackgroundTasksTool.RunAsync($"http://{silent.LocalEndpoint}", "submit", "wait", "{}", "--key", "order-42", "--retry-for", "300ms");

        Assert.Equal((3, ""), (ended.ExitCode, ended.Output));
        Assert.Contains("no answer came in time", ended.Errors, StringComparison.Ordinal);
        Assert.Contains("--key order-42", ended.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_queue_is_told_after_the_retries()
    {
        await using var service = await RunningService.StartAsync(("BackgroundTasks__Queues__default__Capacity", "1"));
        await service.RunAsync("queues", "pause", "default");
        await service.SubmitAsync("wait", """{"seconds":0}""");

        var refused = await service.RunAsync("submit", "wait", """{"seconds":0}""", "--retry-for", "3s");

        Assert.Equal((3, ""), (refused.ExitCode, refused.Output));
        Assert.StartsWith("background-tasks: Refused (503): ", refused.Errors, StringComparison.Ordinal);
        Assert.Contains("--retry-for", refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_quota_that_is_used_up_is_told_after_the_retries()
    {
        await using var service = await RunningService.StartAsync(("BackgroundTasks__ClientLimit__Permits", "1"));
        await service.SubmitAsync("wait", """{"seconds":0}""");

        var refused = await service.RunAsync("submit", "wait", """{"seconds":0}""", "--retry-for", "3s");
        var upload = await service.RunAsync("upload", BackgroundTasksTool.Path, "--width", "8", "--retry-for", "100ms");

        Assert.Equal((3, 3), (refused.ExitCode, upload.ExitCode));
        Assert.StartsWith("background-tasks: Refused (429): ", refused.Errors, StringComparison.Ordinal);
        Assert.StartsWith("background-tasks: Refused (429): ", upload.Errors, StringComparison.Ordinal);
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

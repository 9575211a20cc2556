using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace BackgroundTasks.Cli.Tests;

public sealed class ControlTests(RunningService service) : IClassFixture<RunningService>
{
    [Fact]
    public async Task A_task_is_canceled_retried_and_deleted()
    {
        var id = await service.SubmitAsync("wait", """{"seconds":0}""", "--delay", "1h");

        var canceled = await service.RunAsync("cancel", id);
        var waited = await service.RunAsync("wait", id);
        var retried = await service.RunAsync("retry", id);
        var ended = await service.RunAsync("wait", id);
        var deleted = await service.RunAsync("delete", id);
        var gone = await service.RunAsync("get", id);

        Assert.Equal(new Ended(0, $"{id} canceled\n", ""), canceled);
        Assert.Equal(new Ended(1, "", $"background-tasks: Task {id} was canceled. 'background-tasks retry {id}' queues it again.\n"), waited);
        Assert.Equal(new Ended(0, $"{id} queued\n", ""), retried);
        Assert.Equal(new Ended(0, """{"seconds":0}""" + "\n", ""), ended);
        Assert.Equal(new Ended(0, $"{id} deleted\n", ""), deleted);
        Assert.Equal(2, gone.ExitCode);
    }

    [Fact]
    public async Task An_id_is_taken_as_net_prints_it()
    {
        var id = await service.SubmitAsync("wait", """{"seconds":0}""");

        var waited = await service.RunAsync("wait", $"{Guid.Parse(id):D}");
        var shown = await service.RunAsync("get", $"{Guid.Parse(id):D}".ToUpperInvariant(), "--json");
        var deleted = await service.RunAsync("delete", $"{Guid.Parse(id):D}");

        Assert.Equal((0, 0, 0), (waited.ExitCode, shown.ExitCode, deleted.ExitCode));
        Assert.Contains($"\"id\":\"{id}\"", shown.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_task_that_runs_is_asked_to_stop()
    {
        var id = await service.SubmitAsync("wait", """{"seconds":600}""");
        await using var watch = BackgroundTasksTool.Start(service.Address, "watch", id);
        await watch.Output.SeeAsync($"{id} running");

        var canceled = await service.RunAsync("cancel", id);
        var watched = await watch.EndAsync();
        var again = await service.RunAsync("delete", id);

        Assert.Equal(new Ended(0, $"{id} asked to stop\n", ""), canceled);
        Assert.Equal(1, watched.ExitCode);
        Assert.Equal($"{id} canceled", watched.Lines[^1]);
        Assert.Equal(0, again.ExitCode);
    }

    [Fact]
    public async Task What_has_ended_cannot_be_canceled_or_retried()
    {
        var id = await service.SubmitAsync("wait", """{"seconds":0}""");
        await service.RunAsync("wait", id);

        var canceled = await service.RunAsync("cancel", id);
        var retried = await service.RunAsync("retry", id);

        Assert.Equal((2, 2), (canceled.ExitCode, retried.ExitCode));
        Assert.StartsWith("background-tasks: Refused (409): ", canceled.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_tasks_are_changed_by_one_command_and_one_that_is_refused_keeps_no_other_from_it()
    {
        var (first, second) = (await service.SubmitAsync("wait", """{"seconds":0}""", "--delay", "1h"), await service.SubmitAsync("wait", """{"seconds":0}""", "--delay", "1h"));
        var done = await service.SubmitAsync("wait", """{"seconds":0}""");
        await service.RunAsync("wait", done);

        var canceled = await service.RunAsync("cancel", first, done, second);
        var retried = await service.RunAsync("retry", first, second);
        await service.RunAsync("wait", first, second);
        var deleted = await service.RunAsync("delete", first, second, first);

        Assert.Equal((2, $"{first} canceled\n{second} canceled\n"), (canceled.ExitCode, canceled.Output));
        Assert.StartsWith($"background-tasks: {done}: Refused (409): ", canceled.Errors, StringComparison.Ordinal);
        Assert.Equal(new Ended(0, $"{first} queued\n{second} queued\n", ""), retried);
        Assert.Equal(new Ended(0, $"{first} deleted\n{second} deleted\n", ""), deleted);
    }

    [Fact]
    public async Task Many_are_retried_at_once()
    {
        for (var i = 0; i < 2; i++)
            await service.RunAsync("cancel", await service.SubmitAsync("wait", """{"seconds":0}""", "--delay", "1h", "--tag", "many=yes"));

        var retried = await service.RunAsync("retry", "--status", "canceled", "--tag", "many=yes");
        var none = await service.RunAsync("retry", "--status", "canceled", "--tag", "many=yes");

        Assert.Equal(new Ended(0, "2 queued again\n", ""), retried);
        Assert.Equal(new Ended(0, "0 queued again\n", ""), none);
    }

    [Fact]
    public async Task Many_are_retried_call_by_call_until_none_is_left_and_what_was_skipped_is_told()
    {
        var calls = new System.Collections.Concurrent.ConcurrentQueue<string>();
        await using var large = await OtherService.StartAsync((HttpRequest request) =>
        {
            calls.Enqueue($"{request.Method} {request.Path}{request.QueryString}");
            return Results.Text(
                calls.Count == 1
                    ? """{"retried":1000,"skipped":3,"next":"/behind/a/proxy/tasks/retry?status=failed&pageToken=abc","more":true}"""
                    : """{"retried":7,"skipped":1,"next":null,"more":false}""",
                "application/json",
                statusCode: 202);
        });

        var retried = await BackgroundTasksTool.RunAsync(large.Address, "retry", "--status", "failed");

        Assert.Equal((0, "1007 queued again, 4 skipped\n"), (retried.ExitCode, retried.Output));
        Assert.Contains("unique key", retried.Errors, StringComparison.Ordinal);
        Assert.Equal(["POST /tasks/retry?status=failed", "POST /tasks/retry?status=failed&pageToken=abc"], calls);
    }

    [Fact]
    public async Task A_queue_is_paused_and_resumed()
    {
        await using var other = await RunningService.StartAsync();

        var paused = await other.RunAsync("queues", "pause", "default");
        var id = await other.SubmitAsync("wait", """{"seconds":0}""");
        var listed = await other.RunAsync("queues");
        var resumed = await other.RunAsync("queues", "resume", "default", "--json");
        var ended = await other.RunAsync("wait", id);

        Assert.Matches("^default +paused", paused.Lines[1]);
        Assert.Matches("^default +paused +0 +1 +0 +0 +0 +0$", listed.Lines[1]);
        Assert.False(JsonNode.Parse(resumed.Output)!["paused"]!.GetValue<bool>());
        Assert.Equal(0, ended.ExitCode);
    }
}

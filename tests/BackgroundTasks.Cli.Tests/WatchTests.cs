using System.Text.Json.Nodes;

namespace BackgroundTasks.Cli.Tests;

public sealed class WatchTests(RunningService service) : IClassFixture<RunningService>
{
    [Fact]
    public async Task Watch_writes_a_line_for_every_change_to_a_pipe()
    {
        await using var held = await RunningService.StartAsync();
        await held.RunAsync("queues", "pause", "default");
        var (first, second) = (await held.SubmitAsync("wait", """{"seconds":1.2}"""), await held.SubmitAsync("count-primes", """{"upTo":10}"""));
        await using var watch = BackgroundTasksTool.Start(held.Address, "watch", first, second);
        await watch.Output.SeeAsync($"{first} queued\n");
        await watch.Output.SeeAsync($"{second} queued\n");

        await held.RunAsync("queues", "resume", "default");
        var watched = await watch.EndAsync();

        Assert.Equal((0, ""), (watched.ExitCode, watched.Errors));
        Assert.Contains($$"""{{first}} succeeded {"seconds":1.2}""", watched.Lines);
        Assert.Contains($$"""{{second}} succeeded {"upTo":10,"count":4}""", watched.Lines);
        Assert.Contains(watched.Lines, line => line.StartsWith($"{first} running ", StringComparison.Ordinal));
        Assert.DoesNotContain("\e", watched.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_writes_whole_tasks_as_json()
    {
        var id = await service.SubmitAsync("wait", """{"seconds":0.1}""");

        var watched = await service.RunAsync("watch", id, "--json");

        Assert.All(watched.Lines, line => Assert.Equal(id, JsonNode.Parse(line)!["id"]!.GetValue<string>()));
        Assert.Equal("succeeded", JsonNode.Parse(watched.Lines[^1])!["status"]!.GetValue<string>());
    }

    [Fact]
    public async Task One_that_fails_makes_the_watch_of_all_a_failure()
    {
        var (good, bad) = (await service.SubmitAsync("wait", """{"seconds":0}"""), await service.SubmitAsync("wait", """{"seconds":60}""", "--timeout", "50ms"));

        var watched = await service.RunAsync("watch", good, bad);

        Assert.Equal(1, watched.ExitCode);
        Assert.Contains($"Task {bad} failed", watched.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain(good, watched.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wait_for_several_tasks_writes_how_each_finished_in_the_order_given()
    {
        var (good, bad, late) = (await service.SubmitAsync("wait", """{"seconds":0.2}"""), await service.SubmitAsync("wait", """{"seconds":60}""", "--timeout", "50ms"), await service.SubmitAsync("wait", """{"seconds":0}""", "--delay", "1h"));

        var waited = await service.RunAsync("wait", good, bad);
        var ranOut = await service.RunAsync("wait", good, late, "--timeout", "50ms");

        Assert.Equal((1, $$"""{{good}} succeeded {"seconds":0.2}""" + "\n"), (waited.ExitCode, waited.Output));
        Assert.Contains($"Task {bad} failed", waited.Errors, StringComparison.Ordinal);
        Assert.Equal((4, waited.Output), (ranOut.ExitCode, ranOut.Output));
        Assert.Contains($"Task {late} is still scheduled", ranOut.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_writes_the_changes_of_all_tasks_until_Ctrl_C()
    {
        await using var events = BackgroundTasksTool.Start(service.Address, "events", "--type", "count-primes", "--status", "succeeded");
        var seen = events.Output.SeeAsync(""" count-primes succeeded {"upTo":10,"count":4}""" + "\n");

        // Nothing tells when the stream is open; what changed before is not shown.
        while (!seen.IsCompleted)
            await service.SubmitAsync("count-primes", """{"upTo":10}""");
        await seen;

        events.Signal("INT");
        var ended = await events.EndAsync();

        Assert.Equal((130, ""), (ended.ExitCode, ended.Errors));
    }

    [Fact]
    public async Task A_wait_that_runs_out_says_so_by_its_exit_code()
    {
        var id = await service.SubmitAsync("wait", """{"seconds":60}""");

        var waited = await service.RunAsync("wait", id, "--timeout", "50ms");

        Assert.Equal((4, ""), (waited.ExitCode, waited.Output));
        Assert.Contains("it goes on", waited.Errors, StringComparison.Ordinal);
    }
}

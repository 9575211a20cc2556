using System.Text.Json.Nodes;

namespace BackgroundTasks.Cli.Tests;

public sealed class SubmitTests(RunningService service) : IClassFixture<RunningService>
{
    [Fact]
    public async Task Submit_prints_the_id_alone()
    {
        var submitted = await service.RunAsync("submit", "wait", """{"seconds":0}""");

        Assert.Equal((0, ""), (submitted.ExitCode, submitted.Errors));
        Assert.Matches("^[0-9a-f]{32}\n$", submitted.Output);
    }

    [Fact]
    public async Task Submit_and_wait_prints_the_result()
    {
        var submitted = await service.RunAsync("submit", "count-primes", """{"upTo":100}""", "--wait");

        Assert.Equal(new Ended(0, """{"upTo":100,"count":25}""" + "\n", ""), submitted);
    }

    [Fact]
    public async Task The_payload_comes_from_standard_input_too()
    {
        var submitted = await BackgroundTasksTool.RunWithInputAsync(service.Address, """{"upTo":10}""", "submit", "count-primes", "-", "--wait");

        Assert.Equal(new Ended(0, """{"upTo":10,"count":4}""" + "\n", ""), submitted);
    }

    [Fact]
    public async Task The_payload_on_standard_input_is_utf_8_whatever_the_locale_and_may_begin_with_a_mark()
    {
        await using var tool = new Child(new("env", ["LC_ALL=en_US.ISO-8859-1", BackgroundTasksTool.Path, "submit", "wait", "-", "--url", service.Address]));
        await tool.Input.BaseStream.WriteAsync("\uFEFF{\"seconds\":0,\"dur\u00e9e\":1}"u8.ToArray());
        tool.Input.Close();

        var refused = await tool.EndAsync();

        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("payload.dur\u00e9e: is not a known member", refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_payload_that_is_not_utf_8_is_refused_and_not_mended()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllBytesAsync(file, [.. "{\"email\":\"ann"u8, 0xE9, .. "@example.org\"}"u8]);
        await using var tool = BackgroundTasksTool.Start(service.Address, "submit", "send-notification", "-");
        await tool.Input.BaseStream.WriteAsync(await File.ReadAllBytesAsync(file));
        tool.Input.Close();

        var fromInput = await tool.EndAsync();
        var fromFile = await service.RunAsync("submit", "send-notification", $"@{file}");
        File.Delete(file);

        Assert.Equal((2, ""), (fromInput.ExitCode, fromInput.Output));
        Assert.Contains("UTF-8", fromInput.Errors, StringComparison.Ordinal);
        Assert.Equal((2, ""), (fromFile.ExitCode, fromFile.Output));
        Assert.Contains("UTF-8", fromFile.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_payload_comes_from_a_file_too()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, """{"upTo":3}""");

        var submitted = await service.RunAsync("submit", "count-primes", $"@{file}", "--wait");
        File.Delete(file);
        var missing = await service.RunAsync("submit", "count-primes", $"@{file}", "--wait");

        Assert.Equal(new Ended(0, """{"upTo":3,"count":2}""" + "\n", ""), submitted);
        Assert.Equal((2, ""), (missing.ExitCode, missing.Output));
        Assert.Contains(file, missing.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_option_reaches_the_service()
    {
        var submitted = await service.RunAsync(
            "submit", "wait", """{"seconds":0}""", "--json", "--delay", "1h30m", "--priority", "-5", "--max-attempts", "3", "--timeout", "2.5s",
            "--tag", "customer=42", "--tag", "note=a=b", "--unique-key", "only-one", "--queue", "default");
        var task = JsonNode.Parse(submitted.Output)!;
        var second = await service.RunAsync("submit", "wait", "--unique-key", "only-one", """{"seconds":1}""");

        Assert.Equal(0, submitted.ExitCode);
        Assert.Equal("scheduled", task["status"]!.GetValue<string>());
        Assert.Equal(-5, task["priority"]!.GetValue<int>());
        Assert.Equal(3, task["maxAttempts"]!.GetValue<int>());
        Assert.Equal("""{"customer":"42","note":"a=b"}""", task["tags"]!.ToJsonString());
        Assert.Equal(TimeSpan.FromHours(1.5), task["scheduledFor"]!.GetValue<DateTimeOffset>() - task["createdAt"]!.GetValue<DateTimeOffset>());
        Assert.EndsWith("Z", task["createdAt"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(task["id"]!.GetValue<string>(), second.Output.Trim());
    }

    [Fact]
    public async Task A_task_may_be_submitted_for_a_time()
    {
        var submitted = await service.RunAsync("submit", "wait", """{"seconds":0}""", "--json", "--at", "2030-01-31T08:00:00Z");

        Assert.Equal("2030-01-31T08:00:00Z", JsonNode.Parse(submitted.Output)!["scheduledFor"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_same_key_makes_one_task_and_another_request_with_it_is_refused()
    {
        var first = await service.SubmitAsync("wait", """{"seconds":0}""", "--key", "order-42");
        var again = await service.SubmitAsync("wait", """{"seconds":0}""", "--key", "order-42");
        var other = await service.RunAsync("submit", "wait", """{"seconds":1}""", "--key", "order-42");

        Assert.Equal(first, again);
        Assert.Equal(2, other.ExitCode);
        Assert.Contains("Leave --key out", other.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_task_that_fails_is_told_on_standard_error_and_by_the_exit_code()
    {
        var submitted = await service.RunAsync("submit", "wait", """{"seconds":60}""", "--timeout", "50ms", "--wait");

        Assert.Equal((1, ""), (submitted.ExitCode, submitted.Output));
        Assert.Matches("^background-tasks: Task [0-9a-f]{32} failed in attempt 1: timeout: .*'background-tasks retry [0-9a-f]{32}' queues it again.\n$", submitted.Errors);
    }

    [Fact]
    public async Task A_task_that_fails_is_printed_whole_for_a_script()
    {
        var submitted = await service.RunAsync("submit", "wait", """{"seconds":60}""", "--timeout", "50ms", "--wait", "--json");

        Assert.Equal(1, submitted.ExitCode);
        Assert.Equal("timeout", JsonNode.Parse(submitted.Output)!["error"]!["type"]!.GetValue<string>());
    }

    [Fact]
    public async Task When_the_time_to_wait_runs_out_the_task_goes_on()
    {
        var submitted = await service.RunAsync("submit", "wait", """{"seconds":60}""", "--wait-timeout", "100ms", "--tag", "ran=out");
        var task = JsonNode.Parse((await service.RunAsync("list", "--tag", "ran=out", "--json")).Output)!;

        Assert.Equal((4, ""), (submitted.ExitCode, submitted.Output));
        Assert.Contains($"'background-tasks wait {task["id"]}'", submitted.Errors, StringComparison.Ordinal);
        Assert.Contains(task["status"]!.GetValue<string>(), (string[])["queued", "running"]);
    }

    [Fact]
    public async Task A_wait_for_no_time_runs_out_and_tells_the_task()
    {
        var submitted = await service.RunAsync("submit", "wait", """{"seconds":60}""", "--wait-timeout", "0");

        Assert.Equal((4, ""), (submitted.ExitCode, submitted.Output));
        Assert.Matches("background-tasks wait [0-9a-f]{32}", submitted.Errors);
    }
}

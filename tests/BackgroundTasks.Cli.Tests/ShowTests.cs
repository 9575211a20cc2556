using System.Text.Json.Nodes;

namespace BackgroundTasks.Cli.Tests;

/// <summary>What is shown of tasks, task types and queues.</summary>
public sealed class ShowTests(RunningService service) : IClassFixture<RunningService>
{
    [Fact]
    public async Task Get_shows_a_task_a_line_each()
    {
        var id = await service.SubmitAsync("count-primes", """{"upTo":10}""", "--tag", "customer=42");
        await service.RunAsync("wait", id);

        var shown = await service.RunAsync("get", id);

        Assert.Equal((0, ""), (shown.ExitCode, shown.Errors));
        Assert.Equal(["id", "type", "queue", "status", "attempt", "progress", "created", "started", "finished", "expires", "tags", "result"], shown.Lines.Select(line => line.Split(' ')[0]));
        Assert.Contains($"id         {id}", shown.Lines);
        Assert.Contains("status     succeeded", shown.Lines);
        Assert.Contains("tags       customer=42", shown.Lines);
        Assert.Contains("""result     {"upTo":10,"count":4}""", shown.Lines);
    }

    [Fact]
    public async Task Get_of_a_task_that_failed_is_no_failure_of_get()
    {
        var id = await service.SubmitAsync("wait", """{"seconds":60}""", "--timeout", "50ms");
        Assert.Equal(1, (await service.RunAsync("wait", id)).ExitCode);

        var shown = await service.RunAsync("get", id);
        var json = await service.RunAsync("get", id, "--json");

        Assert.Equal(0, shown.ExitCode);
        Assert.Contains(shown.Lines, line => line.StartsWith("error      timeout: ", StringComparison.Ordinal));
        Assert.Equal((0, "failed"), (json.ExitCode, JsonNode.Parse(json.Output)!["status"]!.GetValue<string>()));
    }

    [Fact]
    public async Task List_is_a_table_whose_lines_are_whole_in_a_pipe()
    {
        var older = await service.SubmitAsync("wait", """{"seconds":0}""", "--tag", "list=table");
        var newer = await service.SubmitAsync("count-primes", """{"upTo":10}""", "--tag", "list=table");
        await service.RunAsync("wait", older);
        await service.RunAsync("wait", newer);

        var listed = await service.RunAsync("list", "--tag", "list=table");
        var narrowed = await service.RunAsync("list", "--tag", "list=table", "--type", "wait", "--status", "failed,succeeded", "--created-after", "2020-01-01", "--queue", "default");

        Assert.Equal((0, ""), (listed.ExitCode, listed.Errors));
        Assert.Matches("^ID +AGE +STATUS +TYPE +NOTE$", listed.Lines[0]);
        Assert.Matches($"^{newer}  [0-9]+[sm] +  succeeded  count-primes$", listed.Lines[1]);
        Assert.Matches($"^{older}  [0-9]+[sm] +  succeeded  wait$", listed.Lines[2]);
        Assert.Equal(2, narrowed.Lines.Length);
        Assert.StartsWith(older, narrowed.Lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_shows_several_tasks_and_tells_which_it_could_not()
    {
        const string Unknown = "01a20c8585d77000800005e327ff670d";
        var (first, second) = (await service.SubmitAsync("wait", """{"seconds":0}"""), await service.SubmitAsync("wait", """{"seconds":0}"""));

        var shown = await service.RunAsync("get", first, Unknown, second);
        var json = await service.RunAsync("get", first, second, "--json");

        Assert.Equal(2, shown.ExitCode);
        Assert.Equal([first, second], shown.Lines.Where(line => line.StartsWith("id ", StringComparison.Ordinal)).Select(line => line.Split(' ')[^1]));
        Assert.StartsWith($"background-tasks: {Unknown}: There is no task", shown.Errors, StringComparison.Ordinal);
        Assert.Equal([first, second], json.Lines.Select(line => JsonNode.Parse(line)!["id"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Nodes_lists_the_processes_that_run_tasks()
    {
        var nodes = await service.RunAsync("nodes");
        var json = await service.RunAsync("nodes", "--json");

        Assert.Equal((0, 0), (nodes.ExitCode, json.ExitCode));
        Assert.Matches("^NODE +VERSION +STARTED +SEEN +RUNNING +WORKERS$", nodes.Lines[0]);
        var node = JsonNode.Parse(json.Output)!;
        Assert.Matches($"^{node["name"]} +{node["version"]} +[0-9]+[sm] +[0-9]+[sm] +[0-9]+ +{node["workers"]}$", nodes.Lines[1]);
    }

    [Fact]
    public async Task List_as_json_is_a_line_a_task_and_says_when_there_are_more()
    {
        for (var i = 0; i < 3; i++)
            await service.SubmitAsync("wait", """{"seconds":0}""", "--tag", "list=json");

        var all = await service.RunAsync("list", "--tag", "list=json", "--json", "--limit", "0");
        var two = await service.RunAsync("list", "--tag", "list=json", "--json", "--limit", "2");

        Assert.Equal((0, ""), (all.ExitCode, all.Errors));
        Assert.Equal(3, all.Lines.Select(line => JsonNode.Parse(line)!["id"]!.GetValue<string>()).Distinct().Count());
        Assert.Equal(all.Lines[..2], two.Lines);
        Assert.Equal("There are more than these 2: raise --limit, or narrow the list.\n", two.Errors);
    }

    [Fact]
    public async Task Types_lists_them_and_shows_how_to_submit_one()
    {
        var types = await service.RunAsync("types");
        var type = await service.RunAsync("types", "wait");
        var json = await service.RunAsync("types", "--json");

        Assert.Equal(["TYPE", "count-primes", "push-notification", "resize-image", "send-notification", "wait"], types.Lines.Select(line => line.Split(' ')[0]));
        Assert.Contains("""example    background-tasks submit wait '{"seconds":2}'""", type.Lines);
        Assert.Contains(type.Lines, line => line.StartsWith("""payload    {"type":"object",""", StringComparison.Ordinal));
        Assert.All(json.Lines, line => Assert.NotNull(JsonNode.Parse(line)!["payloadSchema"]));
    }

    [Fact]
    public async Task A_pipe_that_closes_early_is_no_error()
    {
        await service.SubmitAsync("wait", """{"seconds":0}""");
        var start = new System.Diagnostics.ProcessStartInfo("bash", ["-c", $"set -o pipefail; '{BackgroundTasksTool.Path}' list --url {service.Address} --json | head -c 1"]);

        await using var shell = new Child(start);
        var ended = await shell.EndAsync();

        Assert.Equal(new Ended(0, "{", ""), ended);
    }
}

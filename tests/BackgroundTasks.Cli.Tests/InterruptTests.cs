using System.Net;
using System.Net.Sockets;

namespace BackgroundTasks.Cli.Tests;

public sealed class InterruptTests(RunningService service) : IClassFixture<RunningService>
{
    [Fact]
    public async Task Ctrl_C_without_a_terminal_ends_the_watch_and_not_the_task()
    {
        var id = await service.SubmitAsync("wait", """{"seconds":600}""");
        await using var tool = BackgroundTasksTool.Start(service.Address, "watch", id);
        await tool.Output.SeeAsync($"{id} running");

        tool.Signal("INT");
        var ended = await tool.EndAsync();
        var task = await service.RunAsync("get", id);

        Assert.Equal(130, ended.ExitCode);
        Assert.Contains($"'background-tasks watch {id}'", ended.Errors, StringComparison.Ordinal);
        Assert.Contains("status     running", task.Lines);
    }

    [Fact]
    public async Task Ctrl_C_without_a_terminal_ends_the_wait_and_not_the_task()
    {
        var id = await service.SubmitAsync("wait", """{"seconds":600}""");
        await using var tool = BackgroundTasksTool.Start(service.Address, "wait", id);
        await service.AnsweredAsync($"GET /tasks/{id}");

        tool.Signal("INT");
        var ended = await tool.EndAsync();
        var task = await service.RunAsync("get", id);

        Assert.Equal((130, ""), (ended.ExitCode, ended.Output));
        Assert.Contains("status     running", task.Lines);
    }

    [Fact]
    public async Task Ctrl_C_ends_a_command_that_gets_no_answer()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var tool = BackgroundTasksTool.Start($"http://{silent.LocalEndpoint}", "list", "--retry-for", "10m");
        using var connection = await silent.AcceptTcpClientAsync();

        tool.Signal("INT");
        var ended = await tool.EndAsync();

        Assert.Equal(new Ended(130, "", "background-tasks: Interrupted.\n"), ended);
    }

    [Fact]
    public async Task Ctrl_C_during_a_submit_tells_the_key_by_which_it_can_be_repeated()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var tool = BackgroundTasksTool.Start($"http://{silent.LocalEndpoint}", "submit", "wait", "{}", "--retry-for", "10m");
        using var connection = await silent.AcceptTcpClientAsync();

        tool.Signal("INT");
        var ended = await tool.EndAsync();

        Assert.Equal((130, ""), (ended.ExitCode, ended.Output));
        Assert.Matches("^background-tasks: Interrupted. .*the same command with --key [0-9a-f]{32} runs it once.\n$", ended.Errors);
    }

    [TerminalFact]
    public async Task Who_has_all_canceled_has_also_those_after_one_that_is_gone()
    {
        var (gone, id) = (await service.SubmitAsync("wait", """{"seconds":0}"""), await service.SubmitAsync("wait", """{"seconds":600}"""));
        await service.RunAsync("wait", gone);
        await using var terminal = BackgroundTasksTool.StartInTerminal(service.Address, "watch", gone, id);
        await terminal.Output.SeeAsync("0 of 600 seconds");
        await service.RunAsync("delete", gone);

        await PressAsync(terminal, "\u0003");
        await terminal.Output.SeeAsync("Cancel the 2 tasks too? [y/N]");
        await PressAsync(terminal, "y\r");
        var ended = await terminal.EndAsync();

        Assert.Equal(130, ended.ExitCode);
        Assert.Contains($"There is no task '{gone}'", ended.Output, StringComparison.Ordinal);
        Assert.Contains($"{id} asked to stop", ended.Output, StringComparison.Ordinal);
    }

    [TerminalFact]
    public async Task Ctrl_C_at_a_terminal_asks_and_cancels_the_task()
    {
        await using var terminal = BackgroundTasksTool.StartInTerminal(service.Address, "submit", "wait", """{"seconds":600}""", "--tag", "asked=yes", "--wait");
        await terminal.Output.SeeAsync("0 of 600 seconds");

        await PressAsync(terminal, "\u0003");
        await terminal.Output.SeeAsync("Cancel the task too? [y/N]");
        await PressAsync(terminal, "y\r");
        var ended = await terminal.EndAsync();
        var waited = await service.RunAsync("list", "--tag", "asked=yes", "--status", "canceled,running");

        Assert.Equal(130, ended.ExitCode);
        Assert.Contains("asked to stop", ended.Output, StringComparison.Ordinal);
        Assert.Matches("canceled|asked to stop", waited.Lines[1]);
    }

    [TerminalFact]
    public async Task Ctrl_C_at_a_terminal_leaves_the_task_alone_unless_told()
    {
        var id = await service.SubmitAsync("wait", """{"seconds":600}""");
        await using var terminal = BackgroundTasksTool.StartInTerminal(service.Address, "watch", id);
        await terminal.Output.SeeAsync("0 of 600 seconds");

        await PressAsync(terminal, "\u0003");
        await terminal.Output.SeeAsync("Cancel the task too? [y/N]");
        await PressAsync(terminal, "\r");
        var ended = await terminal.EndAsync();
        var task = await service.RunAsync("get", id);

        Assert.Equal(130, ended.ExitCode);
        Assert.Contains("status     running", task.Lines);
    }

    private static async Task PressAsync(Child terminal, string keys)
    {
        await terminal.Input.WriteAsync(keys);
        await terminal.Input.FlushAsync();
    }
}

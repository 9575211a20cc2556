using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace BackgroundTasks.Cli.Tests;

/// <summary>What a person sees.</summary>
public sealed class TerminalTests(RunningService service) : IClassFixture<RunningService>
{
    [TerminalFact]
    public async Task Watch_draws_a_bar_for_each_task()
    {
        var (first, second) = (await service.SubmitAsync("wait", """{"seconds":1.2}"""), await service.SubmitAsync("wait", """{"seconds":0.1}"""));
        await using var terminal = BackgroundTasksTool.StartInTerminal(service.Address, "watch", first, second);

        var ended = await terminal.EndAsync();

        Assert.Equal(0, ended.ExitCode);
        Assert.Contains("━━━━", ended.Output, StringComparison.Ordinal);
        Assert.Contains("\e[", ended.Output, StringComparison.Ordinal);
        Assert.Contains("100%", ended.Output, StringComparison.Ordinal);
        Assert.Contains(first, ended.Output, StringComparison.Ordinal);
        Assert.Contains(second, ended.Output, StringComparison.Ordinal);
    }

    [TerminalFact]
    public async Task Submit_and_wait_draws_a_bar_and_then_writes_the_result()
    {
        await using var terminal = BackgroundTasksTool.StartInTerminal(service.Address, "submit", "wait", """{"seconds":0.3}""", "--wait");

        var ended = await terminal.EndAsync();

        Assert.Equal(0, ended.ExitCode);
        Assert.Contains("━━━━", ended.Output, StringComparison.Ordinal);
        Assert.EndsWith("""{"seconds":0.3}""", ended.Output.TrimEnd(), StringComparison.Ordinal);
    }

    [TerminalFact]
    public async Task A_long_result_is_cut_and_leaves_the_id_and_the_bar_whole()
    {
        var id = await service.SubmitAsync("count-primes", """{"upTo":1000000}""");
        await service.RunAsync("wait", id);
        await using var terminal = BackgroundTasksTool.StartInTerminal(service.Address, "watch", id);

        var ended = await terminal.EndAsync();

        Assert.Equal(0, ended.ExitCode);
        Assert.Matches($@"{id} \S*━{{16}}\S* \S*100%\S* \S*succeeded \{{""upTo"":100.*…", ended.Output);
    }

    [TerminalFact]
    public async Task List_keeps_ids_whole_beside_letters_of_two_columns()
    {
        const string Id = "01a20c8585d77000800005e327ff670d";
        await using var fake = await OtherService.StartAsync(static () => Results.Text(
            $$$"""{"tasks":[{"id":"{{{Id}}}","type":"wait","queue":"default","status":"failed","version":1,"error":{"type":"Error","message":"日本語日本語日本語日本語日本語日本語","attempt":1}}],"nextPageToken":null}""",
            "application/json"));
        await using var terminal = BackgroundTasksTool.StartInTerminal(fake.Address, "list");

        var ended = await terminal.EndAsync();

        Assert.Equal(0, ended.ExitCode);
        Assert.Contains(Id, ended.Output, StringComparison.Ordinal);
    }

    [TerminalFact]
    public async Task List_fits_a_terminal_of_80_columns()
    {
        const string Id = "01a20c8585d77000800005e327ff670d";
        await using var fake = await OtherService.StartAsync(static () => Results.Text(
            $$$"""{"tasks":[{"id":"{{{Id}}}","type":"send-notification","queue":"default","status":"scheduled","version":1,"createdAt":"{{{TimeProvider.System.GetUtcNow().AddDays(-500):O}}}","scheduledFor":"2030-01-31T08:00:00Z"}],"nextPageToken":null}""",
            "application/json"));
        await using var terminal = BackgroundTasksTool.StartInTerminal(fake.Address, "list");

        var ended = await terminal.EndAsync();

        Assert.Equal(0, ended.ExitCode);
        var lines = Regex.Replace(ended.Output, @"\e\[[0-9;?]*[a-zA-Z]", "").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.Equal(2, lines.Length);
        Assert.All(lines, line => Assert.InRange(line.Length, 1, 80));
        Assert.Matches($"^{Id}  500d  scheduled  send-notification  .*…$", lines[1]);
    }

    [TerminalFact]
    public async Task A_wait_that_runs_out_at_a_terminal_says_so_too()
    {
        var id = await service.SubmitAsync("wait", """{"seconds":60}""");
        await using var terminal = BackgroundTasksTool.StartInTerminal(service.Address, "wait", id, "--timeout", "300ms");

        var ended = await terminal.EndAsync();

        Assert.Equal(4, ended.ExitCode);
        Assert.Contains("it goes on", ended.Output, StringComparison.Ordinal);
    }

    [TerminalFact]
    public async Task List_keeps_ids_whole_in_a_narrow_terminal()
    {
        var id = await service.SubmitAsync("wait", """{"seconds":0}""");
        await using var terminal = BackgroundTasksTool.StartInTerminal(service.Address, "list", "--type", "wait");

        var ended = await terminal.EndAsync();

        Assert.Equal(0, ended.ExitCode);
        Assert.Contains(id, ended.Output, StringComparison.Ordinal);
    }
}

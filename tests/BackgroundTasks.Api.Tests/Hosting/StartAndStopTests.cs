using System.Diagnostics;
using BackgroundTasks.Api.Hosting;

namespace BackgroundTasks.Api.Tests.Hosting;

/// <summary>What the real process says and does when it starts and when it is told to stop.</summary>
public class StartAndStopTests
{
    private const string Endless = """{"type":"wait","payload":{"seconds":3600}}""";

    [Fact]
    public async Task The_first_lines_tell_where_it_listens_where_swagger_and_the_data_are_and_what_there_is_to_work()
    {
        await using var service = await ServiceProcess.ServeAsync(("BackgroundTasks__Queues__mail__Workers", "3"));
        await service.Output.LineAsync("Started. Press Ctrl-C to stop");

        var lines = service.Output.Lines.Where(line => !line.Contains(" is open: ", StringComparison.Ordinal)).ToList();

        Assert.All(lines, line => Assert.Matches("^[0-2][0-9]:[0-5][0-9]:[0-5][0-9] INF ", line));
        Assert.Equal(
            [
                $"Now listening on: {service.Client.BaseAddress!.ToString().TrimEnd('/')}",
                $"Swagger: {service.Client.BaseAddress}swagger",
                $"Data folder: {service.Data}",
                $"Queues: default (100 workers, of these {Math.Max(8, 4 * Environment.ProcessorCount)} for blocking handlers), mail (3 workers, of these 3 for blocking handlers)",
                "Started. Press Ctrl-C to stop",
            ],
            lines.Select(line => line[13..]));
    }

    [LinuxFact]
    public async Task A_queue_and_a_type_are_set_up_from_the_environment_in_upper_case()
    {
        await using var service = await ServiceProcess.ServeAsync(("BACKGROUNDTASKS__QUEUES__DEFAULT__WORKERS", "2"), ("BACKGROUNDTASKS__TYPES__WAIT__MAXATTEMPTS", "7"));

        var queues = await service.Client.GetStringAsync("/queues");
        var type = await service.Client.GetStringAsync("/task-types/wait");

        Assert.Contains("\"name\":\"default\"", queues, StringComparison.Ordinal);
        Assert.Contains("\"workers\":2,", queues, StringComparison.Ordinal);
        Assert.DoesNotContain("DEFAULT", queues, StringComparison.Ordinal);
        Assert.Contains("\"maxAttempts\":7,", type, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_console_shows_the_run_of_a_task_and_no_request_that_went_well()
    {
        await using var service = await ServiceProcess.ServeAsync();
        var id = await service.SubmitAsync("""{"type":"count-primes","payload":{"upTo":10}}""");
        await service.EndOfAsync(id);
        service.Terminate();
        await service.EndAsync();

        Assert.Single(service.Output.Lines, line => line.Contains($" INF Task count-primes {id} succeeded", StringComparison.Ordinal));
        Assert.DoesNotContain(service.Output.Lines, line => line.Contains("HTTP", StringComparison.Ordinal));
        Assert.Contains(await LogFileAsync(service), line => line.Contains("\"RequestPath\":\"/tasks\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_container_gets_json_alone_and_no_file()
    {
        await using var service = await ServiceProcess.ServeAsync(("BackgroundTasks__JsonLogs", "StandardOutput"));
        await service.EndOfAsync(await service.SubmitAsync("""{"type":"count-primes","payload":{"upTo":10}}"""));
        service.Terminate();
        await service.EndAsync();

        var entries = service.Output.Lines.Select(line => System.Text.Json.Nodes.JsonNode.Parse(line)!).ToList();
        Assert.Contains(entries, entry => (string?)entry["RequestPath"] == "/tasks");
        Assert.False(Directory.Exists(Path.Combine(service.Data, "logs")));
    }

    [LinuxFact]
    public async Task Ctrl_C_tells_how_many_tasks_it_waits_for_and_how_long_and_last_that_those_interrupted_run_again()
    {
        await using var service = await ServiceProcess.ServeAsync(("BackgroundTasks__DrainTimeout", "00:00:00.2"));
        await service.StartOfAsync(await service.SubmitAsync(Endless));
        await service.StartOfAsync(await service.SubmitAsync(Endless));

        service.Interrupt();

        Assert.Equal((0, ""), await service.EndAsync());
        Assert.EndsWith("INF Stopping: waiting up to 0.2 s for 2 running and 0 queued tasks. Press Ctrl-C again to end at once", await service.Output.LineAsync("Stopping"), StringComparison.Ordinal);
        Assert.EndsWith("INF Stopped before 2 tasks had finished; they will run again at the next start", service.Output.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_with_nothing_to_wait_for_says_so()
    {
        await using var service = await ServiceProcess.ServeAsync();

        service.Terminate();

        Assert.Equal((0, ""), await service.EndAsync());
        Assert.Equal(["Stopping", "Stopped"], service.Output.Lines.TakeLast(2).Select(line => line[13..]));
    }

    [Fact]
    public async Task Tasks_in_memory_that_a_stop_did_not_wait_for_are_told_as_lost()
    {
        await using var service = await ServiceProcess.ServeAsync(("BackgroundTasks__DrainTimeout", "00:00:00.2"), ("BackgroundTasks__Storage", "Memory"));
        await service.StartOfAsync(await service.SubmitAsync(Endless));

        service.Terminate();

        Assert.Equal((0, ""), await service.EndAsync());
        Assert.EndsWith("WRN Stopped; 1 unfinished tasks are lost, because they were kept in memory", service.Output.Lines[^1], StringComparison.Ordinal);
    }

    [LinuxFact]
    public async Task A_second_Ctrl_C_ends_at_once_with_130_and_the_task_runs_again()
    {
        await using var service = await ServiceProcess.ServeAsync(("BackgroundTasks__DrainTimeout", "00:10:00"));
        var id = await service.SubmitAsync("""{"type":"wait","payload":{"seconds":1}}""");
        await service.StartOfAsync(await service.SubmitAsync(Endless));

        service.Interrupt();
        await service.Output.LineAsync("Stopping");
        service.Interrupt();
        var (exitCode, errors) = await service.EndAsync();
        await service.RestartAsync();

        Assert.Equal(130, exitCode);
        Assert.StartsWith("Ended at once. ", errors, StringComparison.Ordinal);
        Assert.Equal("succeeded", (string?)(await service.EndOfAsync(id))["status"]);
    }

    /// <summary>From before there is a runtime to after it serves; whenever it comes, a signal ends it in order or as the system does, and never by an abort.</summary>
    [LinuxTheory]
    [InlineData("TERM", 143)]
    [InlineData("INT", 130)]
    public async Task A_signal_at_any_moment_of_the_start_is_no_abort(string signal, int ofTheSystem)
    {
        for (var delay = TimeSpan.Zero; delay < TimeSpan.FromSeconds(1); delay += TimeSpan.FromMilliseconds(120))
        {
            await using var service = ServiceProcess.Start();
            await Task.Delay(delay, TimeProvider.System);
            service.Signal(signal);

            var (exitCode, errors) = await service.EndAsync();

            Assert.Contains(exitCode, new[] { 0, ofTheSystem });
            Assert.Equal("", errors);
        }
    }

    [LinuxFact]
    public async Task A_signal_between_the_store_and_the_server_ends_the_start_with_zero()
    {
        await using var service = ServiceProcess.Start();
        await service.Output.LineAsync(" is open: ");

        service.Terminate();

        Assert.Equal((0, ""), await service.EndAsync());
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    public void Help_has_the_usage_every_setting_with_its_default_and_what_it_does_and_the_data_folder(string option)
    {
        var help = ServiceHelp.AnswerTo(["--urls", "x", option])!;

        Assert.Contains("--urls <address>", help, StringComparison.Ordinal);
        Assert.Contains(Path.GetFullPath("data"), help, StringComparison.Ordinal);
        Assert.All(new KnownSettings().All(), setting => Assert.Contains($"\n  {setting.Path}", help, StringComparison.Ordinal));
        Assert.Contains("  BackgroundTasks:Retention (1.00:00:00)\n      How long a task is kept after it ended", help, StringComparison.Ordinal);
        Assert.All(help.Split('\n'), line => Assert.InRange(line.Length, 0, 140));
    }

    [Fact]
    public async Task Help_and_version_end_with_zero_and_start_nothing()
    {
        using var folder = new TemporaryFolder();
        foreach (var option in new[] { "--help", "--version" })
        {
            using var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(Program).Assembly.Location, option]) { WorkingDirectory = folder.Path, RedirectStandardOutput = true })!;
            var output = await process.StandardOutput.ReadToEndAsync().WaitAsync(HeldWork.Guard);
            await process.WaitForExitAsync().WaitAsync(HeldWork.Guard);

            Assert.Equal(0, process.ExitCode);
            Assert.Matches(option is "--help" ? "(?m)^Usage:" : @"^[0-9]+\.[0-9]+\.[0-9]+\s*$", output);
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    private static async Task<string[]> LogFileAsync(ServiceProcess service) =>
        await File.ReadAllLinesAsync(Directory.GetFiles(Path.Combine(service.Data, "logs")).Single());
}

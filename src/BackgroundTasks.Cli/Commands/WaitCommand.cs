using System.CommandLine;
using BackgroundTasks.Cli.Connection;
using BackgroundTasks.Cli.Input;

namespace BackgroundTasks.Cli.Commands;

/// <summary><c>wait ID…</c></summary>
internal sealed class WaitCommand : ServiceCommand
{
    private readonly Argument<string[]> _ids = IdsArgument();
    private readonly Option<TimeSpan?> _timeout = new("--timeout")
    {
        Description = "How long to wait at most. What has not finished goes on, and the exit code is 4. [default: without end]",
        HelpName = "duration",
        CustomParser = Durations.Parse,
    };

    private readonly Option<bool> _json = JsonOption("Print one line of JSON a task, however it ended.");

    public WaitCommand(Screen screen)
        : base("wait", "Waits for the end of tasks and prints the result as JSON; of several, a line each with its id and status. The exit code is 0 if all succeeded and 1 if one failed or was canceled.", screen)
    {
        Arguments.Add(_ids);
        Options.Add(_timeout);
        Options.Add(_json);
    }

    public override IReadOnlyList<string> Examples { get; } =
    [
        "background-tasks wait 01a20c8585d77000800005e327ff670d",
        "background-tasks wait 01a20c8585d77000800005e327ff670d --timeout 10m --json | jq .error",
    ];

    protected override async Task<int> ExecuteAsync(ParseResult input, Session session, CancellationToken cancellationToken)
    {
        var tasks = await session.GetAllAsync(input.GetValue(_ids)!, cancellationToken);
        var seen = await new TaskFollower(session, Screen).WaitAsync(tasks, WaitOptions.LimitOf(input.GetValue(_timeout)), cancellationToken);
        return ExitSummary.Tell(Screen, seen, input.GetValue(_json));
    }
}

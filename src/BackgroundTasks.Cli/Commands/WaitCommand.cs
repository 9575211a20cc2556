using System.CommandLine;
using BackgroundTasks.Cli.Connection;
using BackgroundTasks.Cli.Input;

namespace BackgroundTasks.Cli.Commands;

/// <summary><c>wait ID</c></summary>
internal sealed class WaitCommand : ServiceCommand
{
    private readonly Argument<string> _id = IdArgument();
    private readonly Option<TimeSpan?> _timeout = new("--timeout")
    {
        Description = "How long to wait at most. The task goes on, and the exit code is 4. [default: without end]",
        HelpName = "duration",
        CustomParser = Durations.Parse,
    };

    private readonly Option<bool> _json = JsonOption("Print the task as one line of JSON, however it ended.");

    public WaitCommand(Screen screen)
        : base("wait", "Waits for the end of a task and prints its result as JSON. The exit code is 0 when it succeeded and 1 when it failed or was canceled.", screen)
    {
        Arguments.Add(_id);
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
        var task = await session.GetAsync(input.GetValue(_id)!, cancellationToken);
        var ended = await new Following(session, Screen).WaitAsync(task, WaitOptions.LimitOf(input.GetValue(_timeout)), cancellationToken);
        return Ending.Tell(Screen, ended, input.GetValue(_json));
    }
}

using System.CommandLine;
using BackgroundTasks.Cli.Connection;
using BackgroundTasks.Client;

namespace BackgroundTasks.Cli.Commands;

/// <summary><c>watch ID…</c></summary>
internal sealed class WatchCommand : ServiceCommand
{
    private readonly Argument<string[]> _ids = IdsArgument();
    private readonly Option<bool> _json = JsonOption("Print the whole task with every change, one line of JSON each.");

    public WatchCommand(Screen screen)
        : base("watch", "Follows tasks to their end: with a live progress bar each on a terminal, with a line for every change elsewhere. The exit code is 0 when all succeeded and 1 when one failed or was canceled.", screen)
    {
        Arguments.Add(_ids);
        Options.Add(_json);
    }

    public override IReadOnlyList<string> Examples { get; } =
    [
        "background-tasks watch 01a20c8585d77000800005e327ff670d 01a20c8585d77000800005e427ff670d",
        "background-tasks watch $(background-tasks list --status running --json | jq -r .id)",
    ];

    protected override async Task<int> ExecuteAsync(ParseResult input, Session session, CancellationToken cancellationToken)
    {
        var tasks = await session.GetAllAsync(input.GetValue(_ids)!, cancellationToken);
        var json = input.GetValue(_json);
        var ended = await new TaskFollower(session, Screen).WatchAsync(tasks, json ? null : Screen.Terminal, json ? WriteJson : WriteLine, cancellationToken);
        return ExitSummary.TellFailures(Screen, ended);
    }

    private void WriteJson(BackgroundTaskSnapshot task) => Screen.WriteJson(task, CliJson.Readable.BackgroundTaskSnapshot);

    private void WriteLine(BackgroundTaskSnapshot task) =>
        Screen.Output.WriteLine(TaskText.Line(task));
}

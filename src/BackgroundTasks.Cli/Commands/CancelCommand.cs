using System.CommandLine;
using BackgroundTasks.Cli.Connection;

namespace BackgroundTasks.Cli.Commands;

/// <summary><c>cancel ID…</c></summary>
internal sealed class CancelCommand : ServiceCommand
{
    private readonly Argument<string[]> _ids = IdsArgument();

    public CancelCommand(Screen screen)
        : base("cancel", "Cancels tasks. One that waits is canceled at once; one that runs is asked to stop.", screen) =>
        Arguments.Add(_ids);

    public override IReadOnlyList<string> Examples { get; } =
    [
        "background-tasks cancel 01a20c8585d77000800005e327ff670d",
        "background-tasks cancel $(background-tasks list --type wait --status queued --limit 0 --json | jq -r .id)",
    ];

    protected override Task<int> ExecuteAsync(ParseResult input, Session session, CancellationToken cancellationToken) =>
        ForEachAsync(input.GetValue(_ids)!, session, async id =>
        {
            var task = await session.Client.CancelAsync(id, cancellationToken);
            Screen.Output.WriteLine($"{task.Id} {(task.HasEnded ? TaskText.Status(task) : "asked to stop")}");
        });
}

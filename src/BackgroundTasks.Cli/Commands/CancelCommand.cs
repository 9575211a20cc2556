using System.CommandLine;
using BackgroundTasks.Cli.Connection;

namespace BackgroundTasks.Cli.Commands;

/// <summary><c>cancel ID</c></summary>
internal sealed class CancelCommand : ServiceCommand
{
    private readonly Argument<string> _id = IdArgument();

    public CancelCommand(Screen screen)
        : base("cancel", "Cancels a task. One that waits is canceled at once; one that runs is asked to stop.", screen) =>
        Arguments.Add(_id);

    public override IReadOnlyList<string> Examples { get; } =
    [
        "background-tasks cancel 01a20c8585d77000800005e327ff670d",
    ];

    protected override async Task<int> ExecuteAsync(ParseResult input, Session session, CancellationToken cancellationToken)
    {
        var task = await session.Client.CancelAsync(input.GetValue(_id)!, cancellationToken);
        Screen.Output.WriteLine($"{task.Id} {(task.HasEnded ? TaskText.Status(task) : "asked to stop")}");
        return ExitCode.Succeeded;
    }
}

using System.CommandLine;
using BackgroundTasks.Cli.Connection;

namespace BackgroundTasks.Cli.Commands;

/// <summary><c>delete ID</c></summary>
internal sealed class DeleteCommand : ServiceCommand
{
    private readonly Argument<string> _id = IdArgument();

    public DeleteCommand(Screen screen)
        : base("delete", "Removes the record of a task that has ended, and its result with it.", screen) =>
        Arguments.Add(_id);

    public override IReadOnlyList<string> Examples { get; } =
    [
        "background-tasks delete 01a20c8585d77000800005e327ff670d",
    ];

    protected override async Task<int> ExecuteAsync(ParseResult input, Session session, CancellationToken cancellationToken)
    {
        var id = input.GetValue(_id)!;
        await session.Client.DeleteAsync(id, cancellationToken);
        Screen.Output.WriteLine($"{id} deleted");
        return ExitCode.Succeeded;
    }
}

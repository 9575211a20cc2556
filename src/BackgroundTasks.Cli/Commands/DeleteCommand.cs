using System.CommandLine;
using BackgroundTasks.Cli.Connection;

namespace BackgroundTasks.Cli.Commands;

/// <summary><c>delete ID…</c></summary>
internal sealed class DeleteCommand : ServiceCommand
{
    private readonly Argument<string[]> _ids = IdsArgument();

    public DeleteCommand(Screen screen)
        : base("delete", "Removes the records of finished tasks, and their results with them.", screen) =>
        Arguments.Add(_ids);

    public override IReadOnlyList<string> Examples { get; } =
    [
        "background-tasks delete 01a20c8585d77000800005e327ff670d",
    ];

    protected override Task<int> ExecuteAsync(ParseResult input, Session session, CancellationToken cancellationToken) =>
        ForEachAsync(input.GetValue(_ids)!, session, async id =>
        {
            await session.Client.DeleteAsync(id, cancellationToken);
            Screen.Output.WriteLine($"{id} deleted");
        });
}

using System.CommandLine;
using BackgroundTasks.Cli.Connection;

namespace BackgroundTasks.Cli.Commands;

/// <summary><c>get ID…</c></summary>
internal sealed class GetCommand : ServiceCommand
{
    private readonly Argument<string[]> _ids = IdsArgument();
    private readonly Option<bool> _json = JsonOption("Print one line of JSON a task.");

    public GetCommand(Screen screen)
        : base("get", "Shows tasks as they are now. The exit code is 0 whatever has become of them.", screen)
    {
        Arguments.Add(_ids);
        Options.Add(_json);
    }

    public override IReadOnlyList<string> Examples { get; } =
    [
        "background-tasks get 01a20c8585d77000800005e327ff670d",
        "background-tasks get 01a20c8585d77000800005e327ff670d --json | jq .status",
    ];

    protected override Task<int> ExecuteAsync(ParseResult input, Session session, CancellationToken cancellationToken)
    {
        var isFirst = true;
        return ForEachAsync(input.GetValue(_ids)!, session, async id =>
        {
            var task = await session.GetAsync(id, cancellationToken);
            if (input.GetValue(_json))
            {
                Screen.WriteJson(task, CliJson.Readable.BackgroundTaskSnapshot);
                return;
            }

            if (!isFirst)
                Screen.Output.WriteLine();
            isFirst = false;
            Screen.WriteDetails(TaskText.Details(task));
        });
    }
}

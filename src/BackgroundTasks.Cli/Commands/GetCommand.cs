using System.CommandLine;
using BackgroundTasks.Cli.Connection;

namespace BackgroundTasks.Cli.Commands;

/// <summary><c>get ID</c></summary>
internal sealed class GetCommand : ServiceCommand
{
    private readonly Argument<string> _id = IdArgument();
    private readonly Option<bool> _json = JsonOption("Print the task as one line of JSON.");

    public GetCommand(Screen screen)
        : base("get", "Shows a task as it is now. The exit code is 0 whatever has become of the task.", screen)
    {
        Arguments.Add(_id);
        Options.Add(_json);
    }

    public override IReadOnlyList<string> Examples { get; } =
    [
        "background-tasks get 01a20c8585d77000800005e327ff670d",
        "background-tasks get 01a20c8585d77000800005e327ff670d --json | jq .status",
    ];

    protected override async Task<int> ExecuteAsync(ParseResult input, Session session, CancellationToken cancellationToken)
    {
        var task = await session.GetAsync(input.GetValue(_id)!, cancellationToken);
        if (input.GetValue(_json))
            Screen.WriteJson(task, CliJson.Readable.BackgroundTaskSnapshot);
        else
            Screen.WriteDetails(TaskText.Details(task));
        return ExitCode.Succeeded;
    }
}

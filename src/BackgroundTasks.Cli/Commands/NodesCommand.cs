using System.CommandLine;
using System.Globalization;
using BackgroundTasks.Cli.Connection;

namespace BackgroundTasks.Cli.Commands;

/// <summary><c>nodes</c></summary>
internal sealed class NodesCommand : ServiceCommand
{
    private readonly Option<bool> _json = JsonOption("Print one line of JSON a node.");

    public NodesCommand(Screen screen)
        : base("nodes", "Lists the processes that run the service's tasks.", screen) =>
        Options.Add(_json);

    public override IReadOnlyList<string> Examples { get; } =
    [
        "background-tasks nodes",
        "background-tasks nodes --json | jq .running",
    ];

    protected override async Task<int> ExecuteAsync(ParseResult input, Session session, CancellationToken cancellationToken)
    {
        var nodes = await session.Client.ListNodesAsync(cancellationToken);
        if (input.GetValue(_json))
        {
            foreach (var node in nodes)
                Screen.WriteJson(node, CliJson.Readable.NodeSnapshot);
            return ExitCode.Succeeded;
        }

        var table = new Table("NODE", "VERSION", "STARTED", "SEEN", "RUNNING", "WORKERS");
        var now = TimeProvider.System.GetUtcNow();
        foreach (var node in nodes)
        {
            table.Add(
                node.Name, node.Version ?? "", TaskText.Age(now - node.StartedAt), TaskText.Age(now - node.LastHeartbeat),
                node.Running.ToString(CultureInfo.InvariantCulture), node.Workers.ToString(CultureInfo.InvariantCulture));
        }

        table.Write(Screen);
        return ExitCode.Succeeded;
    }
}

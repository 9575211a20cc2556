using System.CommandLine;
using System.Globalization;
using BackgroundTasks.Cli.Connection;
using BackgroundTasks.Cli.Input;
using BackgroundTasks.Client;

namespace BackgroundTasks.Cli.Commands;

/// <summary><c>list</c></summary>
internal sealed class ListCommand : ServiceCommand
{
    private const int DefaultLimit = 50;
    private const int LargestPage = 200;

    private readonly FilterOptions _filter = new();
    private readonly Option<int?> _limit = new("--limit") { Description = $"How many at most; 0 for all. [default: {DefaultLimit}]", HelpName = "number", CustomParser = Numbers.ParseCount };
    private readonly Option<bool> _json = JsonOption("Print one line of JSON a task, as it comes, instead of the table.");

    public ListCommand(Screen screen)
        : base("list", "Lists tasks, newest first.", screen)
    {
        _filter.AddTo(this);
        Options.Add(_limit);
        Options.Add(_json);
    }

    public override IReadOnlyList<string> Examples { get; } =
    [
        "background-tasks list --status queued,running",
        "background-tasks list --type count-primes --tag customer=42 --limit 10",
        "background-tasks list --status failed --limit 0 --json | jq -r .id",
    ];

    protected override async Task<int> ExecuteAsync(ParseResult input, Session session, CancellationToken cancellationToken)
    {
        var limit = input.GetValue(_limit) ?? DefaultLimit;

        // One more than is shown tells whether there is more.
        var filter = _filter.Read(input, limit is > 0 and < LargestPage ? limit + 1 : LargestPage);
        var table = new Table("ID", "AGE", "STATUS", "TYPE", "NOTE") { Shrinking = 2 };
        var (count, more) = (0, false);
        await foreach (var task in session.Client.ListAsync(filter, cancellationToken))
        {
            more = limit > 0 && count == limit;
            if (more)
                break;
            count++;
            if (input.GetValue(_json))
                Screen.WriteJson(task, CliJson.Readable.BackgroundTaskSnapshot);
            else
                Add(table, task);
        }

        if (!input.GetValue(_json))
            table.Write(Screen);
        if (more)
            Screen.Note(string.Create(CultureInfo.InvariantCulture, $"There are more than these {limit}: raise --limit, or narrow the list."));
        return ExitCode.Succeeded;
    }

    private static void Add(Table table, BackgroundTaskSnapshot task) =>
        table.Add(task.Id, TaskText.Age(TimeProvider.System.GetUtcNow() - task.CreatedAt), TaskText.Status(task), task.Type, task.Status is BackgroundTaskStatus.Succeeded ? "" : TaskText.News(task));
}

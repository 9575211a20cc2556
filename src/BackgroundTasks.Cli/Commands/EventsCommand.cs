using System.CommandLine;
using BackgroundTasks.Cli.Connection;
using BackgroundTasks.Cli.Input;
using BackgroundTasks.Client;

namespace BackgroundTasks.Cli.Commands;

/// <summary><c>events</c></summary>
internal sealed class EventsCommand : ServiceCommand
{
    private readonly Option<BackgroundTaskStatus[]?> _statuses = FilterOptions.Status("Changes into this status");
    private readonly Option<string?> _type = new("--type") { Description = "Changes of tasks of this type.", HelpName = "type" };
    private readonly Option<string?> _queue = new("--queue") { Description = "Changes of tasks of this queue.", HelpName = "queue" };
    private readonly Option<bool> _json = JsonOption("Print the whole task with every change, one line of JSON each.");

    public EventsCommand(Screen screen)
        : base("events", "Follows the changes of all tasks, a line each, until Ctrl-C. Changes while the service could not be reached are not shown.", screen)
    {
        foreach (var option in (Option[])[_statuses, _type, _queue, _json])
            Options.Add(option);
    }

    public override IReadOnlyList<string> Examples { get; } =
    [
        "background-tasks events --status failed",
        "background-tasks events --type count-primes --json | jq -r .id",
    ];

    protected override async Task<int> ExecuteAsync(ParseResult input, Session session, CancellationToken cancellationToken)
    {
        var filter = new EventFilter { Statuses = input.GetValue(_statuses) ?? [], Type = input.GetValue(_type), Queue = input.GetValue(_queue) };
        try
        {
            await foreach (var task in session.PatientClient.WatchAllAsync(filter, cancellationToken))
            {
                if (input.GetValue(_json))
                    Screen.WriteJson(task, CliJson.Readable.BackgroundTaskSnapshot);
                else
                    Screen.Output.WriteLine(TaskText.Line(task, task.Type));
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Ctrl-C is how it ends: nothing was interrupted that a message would have to tell of.
        }

        return ExitCode.Interrupted;
    }
}

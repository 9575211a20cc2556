using System.CommandLine;
using System.Globalization;
using BackgroundTasks.Cli.Connection;
using BackgroundTasks.Client;

namespace BackgroundTasks.Cli.Commands;

/// <summary><c>queues</c>, <c>queues pause NAME</c>, <c>queues resume NAME</c></summary>
internal sealed class QueuesCommand : ServiceCommand
{
    private readonly Option<bool> _json = JsonOption("Print one line of JSON a queue.");

    public QueuesCommand(Screen screen)
        : base("queues", "Lists the queues and what they hold.", screen)
    {
        _json.Recursive = true;
        Options.Add(_json);
        Subcommands.Add(new ChangeCommand("pause", "Starts no more of a queue's tasks until it is resumed; what runs goes on.", screen, _json, static (client, name, token) => client.PauseQueueAsync(name, token)));
        Subcommands.Add(new ChangeCommand("resume", "Starts a queue's tasks again.", screen, _json, static (client, name, token) => client.ResumeQueueAsync(name, token)));
    }

    public override IReadOnlyList<string> Examples { get; } =
    [
        "background-tasks queues",
        "background-tasks queues pause default",
    ];

    protected override async Task<int> ExecuteAsync(ParseResult input, Session session, CancellationToken cancellationToken)
    {
        Write(Screen, await session.Client.ListQueuesAsync(cancellationToken), input.GetValue(_json));
        return ExitCode.Succeeded;
    }

    private static void Write(Screen screen, IReadOnlyList<QueueSnapshot> queues, bool json)
    {
        var table = new Table("QUEUE", "STATE", "SCHEDULED", "QUEUED", "RUNNING", "SUCCEEDED", "FAILED", "CANCELED");
        foreach (var queue in queues)
        {
            if (json)
                screen.WriteJson(queue, CliJson.Readable.QueueSnapshot);
            else
                table.Add([queue.Name, queue.Paused ? "paused" : "open", .. Numbers(queue.Scheduled, queue.Queued, queue.Running, queue.Succeeded, queue.Failed, queue.Canceled)]);
        }

        if (!json)
            table.Write(screen);
    }

    private static IEnumerable<string> Numbers(params IEnumerable<long> numbers) => numbers.Select(static number => number.ToString(CultureInfo.InvariantCulture));

    /// <summary>Changes one queue and shows it.</summary>
    private sealed class ChangeCommand : ServiceCommand
    {
        private readonly Argument<string> _name = NotEmpty(new Argument<string>("name") { Description = "The queue." });
        private readonly Option<bool> _json;
        private readonly Func<BackgroundTasksClient, string, CancellationToken, Task<QueueSnapshot>> _change;

        public ChangeCommand(string name, string description, Screen screen, Option<bool> json, Func<BackgroundTasksClient, string, CancellationToken, Task<QueueSnapshot>> change)
            : base(name, description, screen)
        {
            (_json, _change) = (json, change);
            Examples = [$"background-tasks queues {name} default"];
            Arguments.Add(_name);
        }

        public override IReadOnlyList<string> Examples { get; }

        protected override async Task<int> ExecuteAsync(ParseResult input, Session session, CancellationToken cancellationToken)
        {
            Write(Screen, [await _change(session.Client, input.GetValue(_name)!, cancellationToken)], input.GetValue(_json));
            return ExitCode.Succeeded;
        }
    }
}

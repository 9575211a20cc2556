using System.CommandLine;
using System.Text.Json;
using BackgroundTasks.Cli.Connection;
using BackgroundTasks.Cli.Input;
using BackgroundTasks.Client;

namespace BackgroundTasks.Cli.Commands;

/// <summary><c>submit TYPE [PAYLOAD]</c></summary>
internal sealed class SubmitCommand : ServiceCommand
{
    private readonly Argument<string> _type = NotEmpty(new Argument<string>("type") { Description = "The task type; 'background-tasks types' lists them." });
    private readonly Argument<string> _payload = new("payload")
    {
        Description = "The task's input as JSON, - to read it from standard input, or @file. [default: {}]",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly WaitOptions _wait = new("Wait for the end, and print the result.");
    private readonly SubmitOptionSet _options = new();
    private readonly Option<bool> _json = JsonOption("Print the task as one line of JSON.");

    public SubmitCommand(Screen screen)
        : base("submit", "Submits a task and prints its id; with --wait, its result.", screen)
    {
        Arguments.Add(_type);
        Arguments.Add(_payload);
        _wait.AddTo(this);
        _options.AddTo(this);
        Options.Add(_json);
    }

    public override IReadOnlyList<string> Examples { get; } =
    [
        """background-tasks submit count-primes '{"upTo":2000000}' --wait""",
        """background-tasks submit send-notification '{"email":"ann@example.org"}' --delay 1h30m --tag customer=42""",
        "jq -c .order order.json | background-tasks submit push-notification - --key order-42",
        "background-tasks submit resize-image @job.json --max-attempts 3 --timeout 30s",
    ];

    protected override async Task<int> ExecuteAsync(ParseResult input, Session session, CancellationToken cancellationToken)
    {
        var payload = await Payload.ReadAsync(input.GetValue(_payload) ?? "{}", cancellationToken);
        var task = await SubmitAsync(session, input.GetValue(_type)!, payload, _options.Read(input), cancellationToken);
        if (_wait.IsGiven(input))
            return ExitSummary.Tell(Screen, await new TaskFollower(session, Screen).WaitAsync([task], _wait.TimeoutOf(input), cancellationToken), input.GetValue(_json));
        if (input.GetValue(_json))
            Screen.WriteJson(task, CliJson.Readable.BackgroundTaskSnapshot);
        else
            Screen.Output.WriteLine(task.Id);
        return ExitCode.Succeeded;
    }

    private static async Task<BackgroundTaskSnapshot> SubmitAsync(Session session, string type, JsonElement payload, SubmitOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return await session.Client.SubmitAsync(type, payload, CliJson.Default.JsonElement, options, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            throw Failures.SubmitInterrupted(options.IdempotencyKey);
        }
    }
}

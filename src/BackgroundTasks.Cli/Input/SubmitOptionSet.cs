using System.CommandLine;
using BackgroundTasks.Client;

namespace BackgroundTasks.Cli.Input;

/// <summary>How a task is to run.</summary>
internal sealed class SubmitOptionSet
{
    private readonly Option<TimeSpan?> _delay = new("--delay") { Description = "Run it after this time, as in 90, 1.5s, 5m, 1h30m or 2d.", HelpName = "duration", CustomParser = Durations.Parse };
    private readonly Option<DateTimeOffset?> _at = new("--at") { Description = "Run it at this time, as in 2026-01-31T08:00:00Z; without an offset, this machine's.", HelpName = "time", CustomParser = Times.Parse };
    private readonly Option<string?> _key = new("--key") { Description = "The idempotency key: the same command with the same key makes one task. [default: a new one each time]", HelpName = "key" };
    private readonly Option<string?> _uniqueKey = new("--unique-key") { Description = "While a task of this type with this key has not ended, that one is the answer.", HelpName = "key" };
    private readonly Option<string?> _queue = new("--queue") { Description = "The queue whose workers run it. [default: the type's]", HelpName = "queue" };
    private readonly Option<int?> _priority = new("--priority") { Description = "-100 to 100, higher first. [default: 0]", HelpName = "number", CustomParser = Numbers.Parse };
    private readonly Option<int?> _maxAttempts = new("--max-attempts") { Description = "How often it is tried at most. [default: the type's]", HelpName = "number", CustomParser = Numbers.Parse };
    private readonly Option<TimeSpan?> _timeout = new("--timeout") { Description = "How long one attempt may take. [default: the type's]", HelpName = "duration", CustomParser = Durations.Parse };
    private readonly Option<IReadOnlyDictionary<string, string>?> _tags = Tags.Option("A label to list it by; as often as you like, up to 16.");

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _delay, _at, _key, _uniqueKey, _queue, _priority, _maxAttempts, _timeout, _tags })
            command.Options.Add(option);
        command.Validators.Add(result =>
        {
            if (result.GetResult(_delay) is not null && result.GetResult(_at) is not null)
                result.AddError("--delay and --at exclude each other.");
        });
    }

    public SubmitOptions Read(ParseResult input) => new()
    {
        Delay = input.GetValue(_delay),
        ScheduledFor = input.GetValue(_at),
        IdempotencyKey = KeyOf(input),
        UniqueKey = input.GetValue(_uniqueKey),
        Queue = input.GetValue(_queue),
        Priority = input.GetValue(_priority),
        MaxAttempts = input.GetValue(_maxAttempts),
        Timeout = input.GetValue(_timeout),
        Tags = input.GetValue(_tags),
    };

    private string KeyOf(ParseResult input)
    {
        // One that is made here is known also when the answer is not waited for.
        var key = input.GetValue(_key) ?? Guid.NewGuid().ToString("N");
        if (key.Length is > 0 and <= 255 && key.All(static letter => char.IsAsciiLetterOrDigit(letter) || "._:-".Contains(letter, StringComparison.Ordinal)))
            return key;
        throw new CommandFailure(ExitCode.Refused, $"The key '{key}' will not do. Make it of 1 to 255 of A-Z, a-z, 0-9, '.', '_', ':' and '-'.");
    }
}

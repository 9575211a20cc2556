using System.CommandLine;

namespace BackgroundTasks.Cli.Input;

/// <summary>Whether a command that makes a task waits for its end, and for how long.</summary>
internal sealed class WaitOptions(string description)
{
    private readonly Option<bool> _wait = new("--wait") { Description = description };
    private readonly Option<TimeSpan?> _timeout = new("--wait-timeout")
    {
        Description = "How long to wait at most; implies --wait. The task goes on, and the exit code is 4. [default: without end]",
        HelpName = "duration",
        CustomParser = Durations.Parse,
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_wait);
        command.Options.Add(_timeout);
    }

    public bool IsGiven(ParseResult input) => input.GetValue(_wait) || input.GetValue(_timeout) is not null;

    public TimeSpan TimeoutOf(ParseResult input) => LimitOf(input.GetValue(_timeout));

    /// <summary>The longest that a timer can; who waits for longer waits without end. Who waits for no time is told that it ran out.</summary>
    public static TimeSpan LimitOf(TimeSpan? timeout) =>
        timeout is not { } limit || limit >= TimeSpan.FromDays(24) ? Timeout.InfiniteTimeSpan
        : limit > TimeSpan.Zero ? limit
        : TimeSpan.FromMilliseconds(1);
}

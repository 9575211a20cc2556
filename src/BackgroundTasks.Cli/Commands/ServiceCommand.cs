using System.CommandLine;
using BackgroundTasks.Cli.Connection;

namespace BackgroundTasks.Cli.Commands;

/// <summary>A command that calls the service.</summary>
internal abstract class ServiceCommand : Command
{
    protected ServiceCommand(string name, string description, Screen screen)
        : base(name, description)
    {
        Screen = screen;
        SetAction(RunAsync);
    }

    /// <summary>Whole command lines, for the help.</summary>
    public abstract IReadOnlyList<string> Examples { get; }

    protected Screen Screen { get; }

    /// <summary>Does it and returns the exit code.</summary>
    protected abstract Task<int> ExecuteAsync(ParseResult input, Session session, CancellationToken cancellationToken);

    protected static Argument<string> IdArgument() => NotEmpty(new Argument<string>("id") { Description = "The task's id." });

    /// <summary>An empty word is what a script's unset variable leaves.</summary>
    protected static Argument<T> NotEmpty<T>(Argument<T> argument)
    {
        argument.Validators.Add(result =>
        {
            if (result.Tokens.Any(static token => token.Value.Length == 0))
                result.AddError($"The {argument.Name} is empty.");
        });
        return argument;
    }

    protected static Option<bool> JsonOption(string description) => new("--json") { Description = description };

    private async Task<int> RunAsync(ParseResult input, CancellationToken cancellationToken)
    {
        Uri? address = null;
        try
        {
            using var session = new Session(input);
            address = session.Address;
            return await ExecuteAsync(input, session, cancellationToken);
        }
        catch (Exception exception) when (Failures.Of(exception, address) is { } failure)
        {
            // The boundary: what a command can meet is one line, what it cannot is a fault and keeps its stack trace.
            Screen.Fail(failure.Message);
            return failure.ExitCode;
        }
    }
}

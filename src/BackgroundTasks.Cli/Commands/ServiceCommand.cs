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

    /// <summary>Does it for each id. One that is refused is told, and does not keep the others from it.</summary>
    protected async Task<int> ForEachAsync(IReadOnlyList<string> ids, Session session, Func<string, Task> act)
    {
        var exitCode = ExitCode.Succeeded;
        foreach (var id in ids.Distinct())
        {
            try
            {
                await act(id);
            }
            catch (Exception exception) when (ids.Count > 1 && Failures.Of(exception, session.Address) is { ExitCode: ExitCode.Refused } failure)
            {
                Screen.Fail($"{id}: {failure.Message}", failure.Details);
                exitCode = ExitCode.Refused;
            }
        }

        return exitCode;
    }

    protected static Argument<string[]> IdsArgument()
    {
        var ids = NotEmpty(new Argument<string[]>("id") { Description = "The task's id; several are allowed.", Arity = ArgumentArity.OneOrMore });
        ids.Validators.Add(static result =>
        {
            // The parser takes a misspelt option for one more id.
            if (result.Tokens.FirstOrDefault(static token => token.Value.StartsWith("--", StringComparison.Ordinal)) is { } unknown)
                result.AddError($"There is no '{unknown.Value}' here.");
        });
        return ids;
    }

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
            Screen.Fail(failure.Message, failure.Details);
            return failure.ExitCode;
        }
    }
}

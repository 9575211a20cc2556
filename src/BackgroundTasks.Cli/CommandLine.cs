using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using BackgroundTasks.Cli.Commands;
using BackgroundTasks.Cli.Connection;

namespace BackgroundTasks.Cli;

/// <summary>All commands, and how a line of arguments becomes one of them.</summary>
internal static class CommandLine
{
    private const string Description =
        """
        Submits tasks to a BackgroundTasks service, follows them and fetches their results.

        Results go to standard output, errors to standard error. Exit codes: 0 succeeded; 1 the task failed or was canceled; 2 wrong usage, or refused as invalid or unknown; 3 the service does not answer or has no room, also after the retries; 4 the wait ran out; 130 Ctrl-C.
        """;

    /// <summary>Runs a line of arguments and returns the exit code.</summary>
    public static async Task<int> RunAsync(string[] arguments, Screen screen, CancellationToken cancellationToken)
    {
        // A payload from a file is written @file too: the parser must leave it alone.
        var parsed = Build(screen).Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction or null || (parsed.Errors.Count > 0 && parsed.Action is not SynchronousCommandLineAction))
        {
            screen.Fail($"{Explain(parsed)} See '{PathOf(parsed.CommandResult.Command)} --help'.");
            return ExitCode.Refused;
        }

        // Ctrl-C is this program's own business: the parser's own handling would end it after two seconds, before a question is answered.
        var invocation = new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false };
        return await parsed.InvokeAsync(invocation, cancellationToken);
    }

    /// <summary>What is wrong with the line. A word that is not known makes an error of its own beside others that follow from it.</summary>
    private static string Explain(ParseResult parsed)
    {
        // A misspelt option is taken for one more id where ids may follow each other.
        var unknown = parsed.UnmatchedTokens.Concat(parsed.Tokens.Where(static token => token.Type is TokenType.Argument && token.Value.StartsWith("--", StringComparison.Ordinal)).Select(static token => token.Value)).FirstOrDefault();
        if (unknown is null)
            return string.Join(' ', parsed.Errors.Select(static error => error.Message));
        return $"There is no '{unknown}' here.{(Correct(parsed.CommandResult.Command, unknown) is { } known ? $" Did you mean '{known}'?" : "")}";
    }

    /// <summary>The nearest word that the command knows, as the parser finds it: it writes a question, and what it found below.</summary>
    private static string? Correct(Command command, string unknown)
    {
        var words = new Command(command.Name);
        foreach (var option in command.Options.Concat(command.Parents.OfType<Command>().SelectMany(static parent => parent.Options)).ToList())
            words.Options.Add(option);
        foreach (var subcommand in command.Subcommands.ToList())
            words.Subcommands.Add(subcommand);
        var parsed = words.Parse([unknown]);
        if (parsed.Action is not ParseErrorAction action)
            return null;
        using var written = new StringWriter();
        (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error) = (written, TextWriter.Null);
        action.ShowHelp = false;
        action.Invoke(parsed);
        var lines = written.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines is [var question, var nearest, ..] && question.StartsWith($"'{unknown}'", StringComparison.Ordinal) ? nearest : null;
    }

    private static RootCommand Build(Screen screen)
    {
        var root = new RootCommand(Description)
        {
            new SubmitCommand(screen),
            new GetCommand(screen),
            new WaitCommand(screen),
            new WatchCommand(screen),
            new CancelCommand(screen),
            new RetryCommand(screen),
            new DeleteCommand(screen),
            new ListCommand(screen),
            new TypesCommand(screen),
            new QueuesCommand(screen),
            new NodesCommand(screen),
            new EventsCommand(screen),
            new UploadCommand(screen),
            ConnectionOptions.Url,
            ConnectionOptions.RetryFor,
        };
        ExampleHelp.AddTo(root,
        [
            """background-tasks submit count-primes '{"upTo":2000000}' --wait""",
            """id=$(background-tasks submit wait '{"seconds":60}') && background-tasks watch $id""",
            "background-tasks list --status failed --json",
        ]);
        return root;
    }

    private static string PathOf(Command command) =>
        command is RootCommand ? "background-tasks"
        : command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{PathOf(parent)} {command.Name}"
        : command.Name;
}

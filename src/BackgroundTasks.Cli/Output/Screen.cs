using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Spectre.Console;

namespace BackgroundTasks.Cli;

/// <summary>Standard output and standard error, and whether a person looks at them.</summary>
internal sealed class Screen
{
    private readonly TextReader _input = Console.In;
    private readonly TextWriter _errors = Console.Error;

    public TextWriter Output { get; } = Console.Out;

    /// <summary>Null where output goes to a pipe, a file, or a terminal that cannot draw.</summary>
    public IAnsiConsole? Terminal { get; } = Console.IsOutputRedirected ? null : TerminalOver(Console.Out);

    /// <summary>As <see cref="Terminal"/>, for standard error: progress is drawn there while the output is a result.</summary>
    public IAnsiConsole? ErrorTerminal { get; } = Console.IsErrorRedirected ? null : TerminalOver(Console.Error);

    /// <summary>Whether there is somebody to ask.</summary>
    public bool CanAsk => ErrorTerminal is not null && !Console.IsInputRedirected;

    /// <summary>One object, one line.</summary>
    public void WriteJson<T>(T value, JsonTypeInfo<T> type) => Output.WriteLine(JsonSerializer.Serialize(value, type));

    /// <summary>Names and values, a line each.</summary>
    public void WriteDetails(IEnumerable<(string Name, string Value)> details)
    {
        foreach (var (name, value) in details)
            Output.WriteLine(OneLine($"{name,-10} {value}"));
    }

    /// <summary>A remark that is no result.</summary>
    public void Note(string text) => _errors.WriteLine(OneLine(text));

    /// <summary>An error, in one line; a line more for each detail.</summary>
    public void Fail(string text, params IReadOnlyList<string> details)
    {
        Note($"background-tasks: {text}");
        foreach (var detail in details)
            _errors.WriteLine($"  {OneLine(detail)}");
    }

    /// <summary>Puts a yes-or-no question; no is the default.</summary>
    public bool Ask(string question)
    {
        _errors.Write($"{question} [y/N] ");
        return _input.ReadLine()?.Trim() is { } answer && answer.StartsWith("y", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>What others wrote must neither break the line nor steer the terminal.</summary>
    public static string OneLine(string text) => string.Concat(text.Select(static letter => char.IsControl(letter) || TurnsText(letter) ? ' ' : letter)).Trim();

    /// <summary>Letters without a shape that make a terminal show others in another order.</summary>
    private static bool TurnsText(char letter) => letter is '\u061C' or '\u200E' or '\u200F' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');

    private static IAnsiConsole? TerminalOver(TextWriter writer)
    {
        // Also where the environment looks like a build server's: that it is a terminal is known.
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer), Interactive = InteractionSupport.Yes });
        console.Profile.Capabilities.Interactive = true;
        return console.Profile.Capabilities.Ansi ? console : null;
    }
}

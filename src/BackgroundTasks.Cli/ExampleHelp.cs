using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using BackgroundTasks.Cli.Commands;

namespace BackgroundTasks.Cli;

/// <summary>The parser's help, and examples at its end.</summary>
internal sealed class ExampleHelp(SynchronousCommandLineAction help, IReadOnlyList<string> rootExamples) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public static void AddTo(RootCommand root, IReadOnlyList<string> examples)
    {
        var option = root.Options.OfType<HelpOption>().Single();
        option.Action = new ExampleHelp((SynchronousCommandLineAction)option.Action!, examples);
    }

    public override int Invoke(ParseResult parseResult)
    {
        var exitCode = help.Invoke(parseResult);
        var examples = parseResult.CommandResult.Command is ServiceCommand command ? command.Examples : rootExamples;
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Examples:");
        foreach (var example in examples)
            output.WriteLine($"  {example}");
        output.WriteLine();
        return exitCode;
    }
}

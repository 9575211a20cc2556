using System.CommandLine;
using System.CommandLine.Parsing;
using BackgroundTasks.Client;

namespace BackgroundTasks.Cli.Input;

/// <summary>Which tasks are meant, in the words of the service's list.</summary>
internal sealed class FilterOptions
{
    private readonly Option<BackgroundTaskStatus[]?> _statuses = new("--status")
    {
        Description = "Tasks in this state: scheduled, queued, running, succeeded, failed or canceled; several with commas.",
        HelpName = "status",
        Arity = ArgumentArity.OneOrMore,
        CustomParser = ParseStatuses,
    };

    private readonly Option<string?> _type = new("--type") { Description = "Tasks of this type.", HelpName = "type" };
    private readonly Option<string?> _queue = new("--queue") { Description = "Tasks of this queue.", HelpName = "queue" };
    private readonly Option<IReadOnlyDictionary<string, string>?> _tags = Tags.Option("Tasks with this tag; of several, with all of them.");
    private readonly Option<DateTimeOffset?> _after = new("--created-after") { Description = "Tasks accepted after this time, as in 2026-01-31T08:00:00Z.", HelpName = "time", CustomParser = Times.Parse };
    private readonly Option<DateTimeOffset?> _before = new("--created-before") { Description = "Tasks accepted before this time.", HelpName = "time", CustomParser = Times.Parse };

    private IReadOnlyList<Option> All => [_statuses, _type, _queue, _tags, _after, _before];

    public void AddTo(Command command)
    {
        foreach (var option in All)
            command.Options.Add(option);
    }

    public bool AreGiven(SymbolResult result) => All.Any(option => result.GetResult(option) is not null);

    public TaskFilter Read(ParseResult input, int? pageSize = null) => new()
    {
        Statuses = input.GetValue(_statuses) ?? [],
        Type = input.GetValue(_type),
        Queue = input.GetValue(_queue),
        Tags = input.GetValue(_tags),
        CreatedAfter = input.GetValue(_after),
        CreatedBefore = input.GetValue(_before),
        PageSize = pageSize,
    };

    private static BackgroundTaskStatus[]? ParseStatuses(ArgumentResult result)
    {
        var statuses = new List<BackgroundTaskStatus>();
        foreach (var name in result.Tokens.SelectMany(static token => token.Value.Split(',')))
        {
            // A number would be parsed too.
            if (Enum.TryParse<BackgroundTaskStatus>(name, ignoreCase: true, out var status) && char.IsAsciiLetter(name[0]))
                statuses.Add(status);
            else
                result.AddError($"'{name}' is no status: scheduled, queued, running, succeeded, failed and canceled are.");
        }

        return [.. statuses];
    }
}

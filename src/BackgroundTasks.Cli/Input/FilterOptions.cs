using System.CommandLine;
using System.CommandLine.Parsing;
using BackgroundTasks.Client;

namespace BackgroundTasks.Cli.Input;

/// <summary>Which tasks are meant, in the words of the service's list.</summary>
internal sealed class FilterOptions
{
    private static readonly string[] StatusNames = [.. Enum.GetNames<BackgroundTaskStatus>().Select(static name => name.ToLowerInvariant())];

    private readonly Option<BackgroundTaskStatus[]?> _statuses = Status("Tasks with this status");

    private readonly Option<string?> _type = new("--type") { Description = "Tasks of this type.", HelpName = "type" };
    private readonly Option<string?> _queue = new("--queue") { Description = "Tasks of this queue.", HelpName = "queue" };
    private readonly Option<IReadOnlyDictionary<string, string>?> _tags = Tags.Option("Tasks with this tag; of several, with all of them.");
    private readonly Option<DateTimeOffset?> _after = new("--created-after") { Description = "Tasks accepted after this time, as in 2026-01-31T08:00:00Z.", HelpName = "time", CustomParser = Times.Parse };
    private readonly Option<DateTimeOffset?> _before = new("--created-before") { Description = "Tasks accepted before this time.", HelpName = "time", CustomParser = Times.Parse };

    private IReadOnlyList<Option> All => [_statuses, _type, _queue, _tags, _after, _before];

    /// <summary>The option <c>--status</c>.</summary>
    public static Option<BackgroundTaskStatus[]?> Status(string description)
    {
        var option = new Option<BackgroundTaskStatus[]?>("--status")
        {
            Description = $"{description}: {string.Join(", ", StatusNames[..^1])} or {StatusNames[^1]}; several with commas.",
            HelpName = "status",
            Arity = ArgumentArity.OneOrMore,
            CustomParser = ParseStatuses,
        };
        option.CompletionSources.Add(StatusNames);
        return option;
    }

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
                result.AddError($"'{name}' is not a status; use {string.Join(", ", StatusNames[..^1])} or {StatusNames[^1]}.");
        }

        return [.. statuses];
    }
}

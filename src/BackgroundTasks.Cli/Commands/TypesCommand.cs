using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using BackgroundTasks.Cli.Connection;
using BackgroundTasks.Client;

namespace BackgroundTasks.Cli.Commands;

/// <summary><c>types [TYPE]</c></summary>
internal sealed class TypesCommand : ServiceCommand
{
    private readonly Argument<string?> _name = NotEmpty(new Argument<string?>("type") { Description = "Show this one, with the schemas of its payload and result.", Arity = ArgumentArity.ZeroOrOne });
    private readonly Option<bool> _json = JsonOption("Print one line of JSON a type.");

    public TypesCommand(Screen screen)
        : base("types", "Lists what the service can do, or shows one task type and how to submit it.", screen)
    {
        Arguments.Add(_name);
        Options.Add(_json);
    }

    public override IReadOnlyList<string> Examples { get; } =
    [
        "background-tasks types",
        "background-tasks types count-primes",
    ];

    protected override async Task<int> ExecuteAsync(ParseResult input, Session session, CancellationToken cancellationToken)
    {
        var name = input.GetValue(_name);
        var types = name is null ? await session.Client.ListTaskTypesAsync(cancellationToken)
            : await session.Client.FindTaskTypeAsync(name, cancellationToken) is { } found ? [found]
            : throw new CommandFailure(ExitCode.Refused, $"There is no task type '{name}'; 'background-tasks types' lists them.");
        if (input.GetValue(_json))
        {
            foreach (var type in types)
                Screen.WriteJson(type, CliJson.Readable.TaskTypeSnapshot);
        }
        else if (name is not null)
        {
            Show(types[0]);
        }
        else
        {
            WriteTable(types);
        }

        return ExitCode.Succeeded;
    }

    private void WriteTable(IReadOnlyList<TaskTypeSnapshot> types)
    {
        var table = new Table("TYPE", "QUEUE", "ATTEMPTS", "DESCRIPTION") { Shrinking = 1 };
        foreach (var type in types)
            table.Add(type.Name, type.Queue, type.MaxAttempts.ToString(CultureInfo.InvariantCulture), type.Description ?? "");
        table.Write(Screen);
    }

    private void Show(TaskTypeSnapshot type)
    {
        Screen.WriteDetails(
        [
            ("type", type.Name),
            ("does", type.Description ?? ""),
            ("queue", type.Queue),
            ("attempts", type.MaxAttempts.ToString(CultureInfo.InvariantCulture)),
            ("timeout", type.TimeoutSeconds is { } seconds ? string.Create(CultureInfo.InvariantCulture, $"{seconds} s") : "none"),
            ("payload", ToText(type.PayloadSchema)),
            ("result", ToText(type.ResultSchema)),
        ]);
        if (type.Example is { ValueKind: JsonValueKind.Object } example && example.TryGetProperty("payload", out var payload))
            Screen.WriteDetails([("example", $"background-tasks submit {type.Name} '{ToText(payload).Replace("'", "'\\''", StringComparison.Ordinal)}'")]);
    }

    private static string ToText(JsonElement? schema) => schema is { } given ? JsonSerializer.Serialize(given, CliJson.Readable.JsonElement) : "any";
}

using System.CommandLine;
using System.CommandLine.Parsing;

namespace BackgroundTasks.Cli.Input;

/// <summary>Reads <c>--tag key=value</c>, as often as it comes.</summary>
internal static class Tags
{
    public static Option<IReadOnlyDictionary<string, string>?> Option(string description) => new("--tag")
    {
        Description = description,
        HelpName = "key=value",
        Arity = ArgumentArity.OneOrMore,
        CustomParser = Parse,
    };

    private static Dictionary<string, string>? Parse(ArgumentResult result)
    {
        var tags = new Dictionary<string, string>();
        foreach (var token in result.Tokens)
        {
            var parts = token.Value.Split('=', 2);
            if (parts.Length == 2 && parts[0].Length > 0 && tags.TryAdd(parts[0], parts[1]))
                continue;
            result.AddError($"'{token.Value}' is not a tag, or its key was given before. Write it as in customer=42.");
            return null;
        }

        return tags;
    }
}

using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace BackgroundTasks.Api.Hosting;

/// <summary>The answers to <c>--help</c> and <c>--version</c>, without a start.</summary>
internal static partial class ServiceHelp
{
    private const int Width = 100;

    /// <summary>What to print; null if the command line asks for neither.</summary>
    /// <param name="arguments">The command line.</param>
    public static string? AnswerTo(string[] arguments)
    {
        if (arguments.Any(static argument => argument is "--help" or "-h" or "-?" or "/?"))
            return Help();
        return arguments.Contains("--version") ? $"{Version}\n" : null;
    }

    private static string Version => typeof(ServiceHelp).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    private static string Help()
    {
        var help = new StringBuilder($"""
            BackgroundTasks {Version}: accepts tasks over HTTP, runs them in the background, keeps their results.

            Usage:
              dotnet run --project src/BackgroundTasks.Api -c Release -- [--<setting> <value>]...
              dotnet BackgroundTasks.Api.dll [--<setting> <value>]...

              --urls <address>  where it listens; http://localhost:5080 by default
              --help, --version

            Examples:
              --urls http://localhost:5081
              --BackgroundTasks:DataDirectory /var/lib/background-tasks
              --BackgroundTasks:Queues:default:Workers 16 --BackgroundTasks:Retention 7.00:00:00

            Data:
              Tasks, logs and files are in the folder 'data' of the working folder, now
              {Path.GetFullPath("data")}

            Stop:
              Ctrl-C or SIGTERM lets tasks finish for BackgroundTasks:DrainTimeout; a second Ctrl-C ends at once.
              Exit codes: 0 stopped in order, 1 could not start (the reason is on standard error), 130 ended at once.

            Settings, on the command line, in appsettings.json or in the environment
            (BackgroundTasks__Retention=7.00:00:00); times are [days.]hours:minutes:seconds:


            """);
        var documentation = Documentation();
        foreach (var (path, setting) in new KnownSettings().All())
        {
            help.Append("  ").Append(path).AppendLine(setting.Default.Length > 0 ? $" ({setting.Default})" : "");
            if (setting.DeclaredBy is { } member && documentation.TryGetValue($"P:{member.DeclaringType!.FullName}.{member.Name}", out var text))
                AppendWrapped(help, text);
        }

        return help.ToString();
    }

    /// <summary>What the code says of each member, from the files that the build makes of it.</summary>
    private static Dictionary<string, string> Documentation() => Directory.EnumerateFiles(AppContext.BaseDirectory, "BackgroundTasks*.xml")
        .SelectMany(static file => XDocument.Load(file).Descendants("member"))
        .Where(static member => member.Attribute("name")!.Value.StartsWith("P:", StringComparison.Ordinal) && member.Element("summary") is not null)
        .ToDictionary(static member => member.Attribute("name")!.Value, static member => Text(member.Element("summary")!), StringComparer.Ordinal);

    private static string Text(XElement summary) => Spaces().Replace(string.Concat(summary.Nodes().Select(static node => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "see" or "paramref" } reference => reference.FirstAttribute!.Value.Split('.')[^1],
        XElement element => element.Value,
        _ => "",
    })), " ").Trim();

    private static void AppendWrapped(StringBuilder help, string text)
    {
        const string Indent = "      ";
        var line = Indent.Length;
        help.Append(Indent);
        foreach (var word in text.Split(' '))
        {
            if (line > Indent.Length && line + 1 + word.Length > Width)
            {
                help.AppendLine().Append(Indent);
                line = Indent.Length;
            }

            if (line > Indent.Length)
                help.Append(' ');
            help.Append(word);
            line += word.Length + 1;
        }

        help.AppendLine();
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}

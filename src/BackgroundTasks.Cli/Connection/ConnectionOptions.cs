using System.CommandLine;
using BackgroundTasks.Cli.Input;

namespace BackgroundTasks.Cli.Connection;

/// <summary>Where the service is, and how long it may be silent: options of every command.</summary>
internal static class ConnectionOptions
{
    public const string UrlVariable = "BACKGROUNDTASKS_URL";

    private const string DefaultUrl = "http://localhost:5080";

    public static Option<string?> Url { get; } = new("--url")
    {
        Description = $"The service's address, with its path if it has one. [default: the environment variable {UrlVariable}, or {DefaultUrl}]",
        HelpName = "address",
        Recursive = true,
    };

    public static Option<TimeSpan?> RetryFor { get; } = new("--retry-for")
    {
        Description = "How long to try while the service does not answer or has no room. [default: 5s; 60s for the rest of a wait once it has answered, so that a restart is survived]",
        HelpName = "duration",
        Recursive = true,
        CustomParser = Durations.Parse,
    };

    /// <summary>The address to call.</summary>
    /// <exception cref="CommandFailure">It is none.</exception>
    public static Uri AddressOf(ParseResult input)
    {
        var given = input.GetValue(Url);
        var variable = given is null ? Environment.GetEnvironmentVariable(UrlVariable) : null;
        var text = given ?? (string.IsNullOrWhiteSpace(variable) ? DefaultUrl : variable);

        // "localhost:5080" is what a person types; as an address it would be of the scheme "localhost".
        if (!text.Contains("://", StringComparison.Ordinal))
            text = $"http://{text}";
        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps))
            return CheckParts(address, given is null ? UrlVariable : "--url");
        throw new CommandFailure(ExitCode.Refused, $"{(given is null ? UrlVariable : "--url")} '{given ?? variable}' is not an address. Write it as in {DefaultUrl}.");
    }

    /// <summary>What would not reach the service is not left out silently; nor is it shown, for it may be a secret.</summary>
    private static Uri CheckParts(Uri address, string source) =>
        (address.UserInfo + address.Query + address.Fragment).Length == 0 ? address
        : throw new CommandFailure(ExitCode.Refused, $"{source} has a user, a query or a fragment, which would not be sent. Leave it out, as in {DefaultUrl}.");
}

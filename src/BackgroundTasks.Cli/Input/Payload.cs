using System.Text.Json;

namespace BackgroundTasks.Cli.Input;

/// <summary>Reads a task's payload: the JSON itself, <c>-</c> for standard input, or <c>@file</c>.</summary>
internal static class Payload
{
    /// <exception cref="CommandFailure">It is no JSON, or its file cannot be read.</exception>
    public static async Task<JsonElement> ReadAsync(string given, CancellationToken cancellationToken)
    {
        var (text, source) = given switch
        {
            "-" => (await ReadInputAsync(cancellationToken), "Standard input"),
            ['@', .. var path] => (await ReadFileAsync(path, cancellationToken), path),
            _ => (given, "The payload"),
        };
        try
        {
            return JsonElement.Parse(text);
        }
        catch (JsonException exception)
        {
            throw new CommandFailure(ExitCode.Refused, $"{source} is no JSON: {exception.Message} Quote it for the shell as in '{{\"seconds\":2}}', or give it as - (standard input) or @file.");
        }
    }

    /// <summary>A console's reader blocks, whatever token it is given; Ctrl-C must not have to wait for it.</summary>
    private static Task<string> ReadInputAsync(CancellationToken cancellationToken) =>
        Task.Run(Console.In.ReadToEnd, CancellationToken.None).WaitAsync(cancellationToken);

    private static async Task<string> ReadFileAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllTextAsync(path, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CommandFailure(ExitCode.Refused, $"The payload's file cannot be read: {exception.Message}");
        }
    }
}

using System.Text;
using System.Text.Json;

namespace BackgroundTasks.Cli.Input;

/// <summary>Reads a task's payload: the JSON itself, <c>-</c> for standard input, or <c>@file</c>.</summary>
internal static class Payload
{
    /// <summary>JSON is UTF-8, whatever this machine's own encoding is. What is neither that nor marked as another is refused: a letter that is replaced would go unseen.</summary>
    private static readonly UTF8Encoding Encoding = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="CommandFailure">It is not JSON, or its file cannot be read.</exception>
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
            var payload = JsonElement.Parse(text);

            // Half of a surrogate pair, escaped, is found only when it is written.
            JsonSerializer.SerializeToUtf8Bytes(payload, CliJson.Default.JsonElement);
            return payload;
        }
        catch (JsonException exception)
        {
            throw new CommandFailure(ExitCode.Refused, $"{source} is not JSON: {Reason(exception)} Quote it for the shell as in '{{\"seconds\":2}}', or give it as - (standard input) or @file.");
        }
    }

    /// <summary>With the place counted from one, as editors count it; .NET counts from zero.</summary>
    private static string Reason(JsonException exception)
    {
        var reason = exception.Message.Split(" LineNumber: ")[0].Split(" Path: ")[0];
        return exception.LineNumber is { } line ? $"line {line + 1}, byte {exception.BytePositionInLine + 1}: {reason}" : reason;
    }

    private static async Task<string> ReadInputAsync(CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(Console.OpenStandardInput(), Encoding);
        try
        {
            // It blocks, whatever token it is given; Ctrl-C must not have to wait for it.
            return await Task.Run(reader.ReadToEnd, CancellationToken.None).WaitAsync(cancellationToken);
        }
        catch (DecoderFallbackException exception)
        {
            throw new CommandFailure(ExitCode.Refused, $"Standard input is not UTF-8: {exception.Message} Convert it, as with iconv.");
        }
    }

    private static async Task<string> ReadFileAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllTextAsync(path, Encoding, cancellationToken);
        }
        catch (DecoderFallbackException exception)
        {
            throw new CommandFailure(ExitCode.Refused, $"{path} is not UTF-8: {exception.Message} Convert it, as with iconv.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CommandFailure(ExitCode.Refused, $"The payload's file cannot be read: {exception.Message}");
        }
    }
}

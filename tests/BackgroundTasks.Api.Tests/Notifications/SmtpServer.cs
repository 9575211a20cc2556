using System.Net;
using System.Net.Sockets;
using System.Text;

namespace BackgroundTasks.Api.Tests.Notifications;

/// <summary>A mail server for one mail, at a free port of this host. It keeps what the client said.</summary>
internal sealed class SmtpServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<string> _commands = [];

    /// <summary>Starts one.</summary>
    /// <param name="answerToRecipient">What it says to RCPT TO; empty: nothing at all, ever.</param>
    /// <param name="flood">What it says to EHLO, without end; null: it answers.</param>
    public SmtpServer(string answerToRecipient = "250 OK", string? flood = null)
    {
        _listener.Start();
        Session = flood is null ? ServeAsync(answerToRecipient) : FloodAsync(flood);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public IReadOnlyList<string> Commands => _commands;

    /// <summary>The mail with its headers; once the session is over.</summary>
    public string Mail { get; private set; } = "";

    /// <summary>How many bytes the flood had when the client hung up.</summary>
    public long Flooded { get; private set; }

    /// <summary>Over when the client is gone.</summary>
    public Task Session { get; }

    /// <summary>Over when the client has named a recipient.</summary>
    public Task RecipientNamed => _connected.Task;

    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync(string answerToRecipient)
    {
        using var client = await _listener.AcceptTcpClientAsync();
        using var reader = new StreamReader(client.GetStream(), Encoding.UTF8);
        await using var writer = new StreamWriter(client.GetStream(), new UTF8Encoding(false)) { NewLine = "\r\n", AutoFlush = true };
        await writer.WriteLineAsync("220 test ready");
        while (await ReadLineAsync(reader) is { } command)
        {
            _commands.Add(command);
            var answer = command.Split(' ', ':')[0] switch
            {
                "EHLO" => "250-test\r\n250-AUTH PLAIN\r\n250 8BITMIME",
                "AUTH" => "235 Welcome",
                "RCPT" => answerToRecipient,
                "DATA" => "354 Go on",
                _ => "250 OK",
            };
            if (answer.Length > 0)
                await writer.WriteLineAsync(answer);
            if (command.StartsWith("RCPT", StringComparison.Ordinal))
                _connected.TrySetResult();
            if (command == "DATA")
            {
                Mail = await ReadMailAsync(reader);
                await writer.WriteLineAsync("250 Taken");
            }
        }
    }

    private async Task FloodAsync(string flood)
    {
        using var client = await _listener.AcceptTcpClientAsync();
        var stream = client.GetStream();
        await stream.WriteAsync("220 test ready\r\n"u8.ToArray());
        var block = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(flood, 64 * 1024 / flood.Length)));
        try
        {
            while (true)
            {
                await stream.WriteAsync(block);
                Flooded += block.Length;
            }
        }
        catch (IOException)
        {
            // The client has had enough.
        }
    }

    private static async Task<string> ReadMailAsync(StreamReader reader)
    {
        var mail = new StringBuilder();
        while (await ReadLineAsync(reader) is { } line and not ".")
            mail.Append(line).Append('\n');
        return mail.ToString();
    }

    /// <summary>A client that hangs up mid-word has said nothing more.</summary>
    private static async Task<string?> ReadLineAsync(StreamReader reader)
    {
        try
        {
            return await reader.ReadLineAsync();
        }
        catch (IOException)
        {
            return null;
        }
    }
}

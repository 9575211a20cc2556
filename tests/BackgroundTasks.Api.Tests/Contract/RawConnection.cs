using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace BackgroundTasks.Api.Tests.Contract;

/// <summary>A connection on which a test sends what no client library sends: half a body, a broken one, and then nothing.</summary>
internal sealed partial class RawConnection : IDisposable
{
    private readonly TcpClient _client;

    private readonly NetworkStream _stream;

    private RawConnection(TcpClient client) => (_client, _stream) = (client, client.GetStream());

    public static async Task<RawConnection> OpenAsync(Service service)
    {
        var client = new TcpClient();
        await client.ConnectAsync(service.Client.BaseAddress!.Host, service.Client.BaseAddress.Port);
        return new RawConnection(client);
    }

    /// <summary>Begins a request; its body follows.</summary>
    public Task BeginAsync(string path, string contentType, string lengthHeader) =>
        SendAsync($"POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: {contentType}\r\n{lengthHeader}\r\n\r\n");

    public Task SendAsync(string text) => _stream.WriteAsync(Encoding.ASCII.GetBytes(text)).AsTask();

    /// <summary>Begins a submit whose body is announced with more bytes than are sent.</summary>
    public async Task BeginSubmitAsync(int length, string part)
    {
        await BeginAsync("/tasks", "application/json", $"Content-Length: {length}");
        await SendAsync(part);
    }

    /// <summary>The answer: its head, and its body of a known length or in chunks.</summary>
    public async Task<string> AnswerAsync()
    {
        var answer = new StringBuilder();
        var buffer = new byte[4096];
        using var guard = new CancellationTokenSource(HeldWork.Guard);
        while (!IsWhole(answer.ToString()) && await _stream.ReadAsync(buffer, guard.Token) is > 0 and var count)
            answer.Append(Encoding.UTF8.GetString(buffer, 0, count));
        return answer.ToString();
    }

    private static bool IsWhole(string answer) =>
        answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) is > 0 and var head
        && (Length().Match(answer) is { Success: true } length ? answer.Length >= head + 4 + int.Parse(length.Groups[1].Value, null) : answer.EndsWith("0\r\n\r\n", StringComparison.Ordinal));

    /// <summary>Leaves as a client that was killed: with a reset.</summary>
    public void Reset()
    {
        _client.LingerState = new LingerOption(true, 0);
        _client.Close();
    }

    /// <summary>Leaves in order, with nothing more to send.</summary>
    public void EndSending() => _client.Client.Shutdown(SocketShutdown.Send);

    public void Dispose() => _client.Dispose();

    [GeneratedRegex("\r\nContent-Length: ([0-9]+)")]
    private static partial Regex Length();
}

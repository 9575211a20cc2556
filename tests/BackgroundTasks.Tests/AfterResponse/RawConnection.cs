using System.Net.Sockets;
using System.Text;

namespace BackgroundTasks.Tests.AfterResponse;

/// <summary>One HTTP/1.1 connection, so that a test knows which requests share it.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly TcpClient _client = new();
    private readonly StringBuilder _received = new();

    public static async Task<RawConnection> OpenAsync(AfterResponseApp app)
    {
        var connection = new RawConnection();
        await connection._client.ConnectAsync(app.Client.BaseAddress!.Host, app.Client.BaseAddress.Port).Guarded();
        return connection;
    }

    public async Task SendAsync(string path) =>
        await _client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n"));

    /// <summary>Reads until a text has come.</summary>
    public async Task ReadUntilAsync(string text)
    {
        var buffer = new byte[4096];
        while (!_received.ToString().Contains(text, StringComparison.Ordinal))
        {
            var read = await _client.GetStream().ReadAsync(buffer).AsTask().Guarded();
            Assert.True(read > 0, $"The server closed the connection after: {_received}");
            _received.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }
    }

    /// <summary>Leaves at once, without a goodbye.</summary>
    public void Abort()
    {
        _client.Client.LingerState = new LingerOption(true, 0);
        _client.Close();
    }

    public void Dispose() => _client.Dispose();
}

using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace BackgroundTasks.Client.Tests.Faults;

/// <summary>Stands between the client and a real service, and breaks connections where a test says.</summary>
internal sealed class Relay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Uri _service;
    private readonly CancellationTokenSource _over = new();
    private readonly Lock _lock = new();
    private readonly List<(TcpClient Near, TcpClient Far)> _open = [];
    private readonly Channel<TcpClient> _connections = Channel.CreateUnbounded<TcpClient>();
    private readonly Task _accepting;
    private long? _cutAfter;
    private bool _swallows;

    public Relay(Uri service)
    {
        _service = service;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>The next connection that has been made.</summary>
    public Task NextConnectionAsync() => _connections.Reader.ReadAsync().AsTask().WaitAsync(Clients.Guard);

    /// <summary>The next connection breaks once this many bytes of answers have passed.</summary>
    public void CutNextAfter(long bytes)
    {
        lock (_lock)
            _cutAfter = bytes;
    }

    /// <summary>From now on nothing of what the service answers passes, and no connection breaks.</summary>
    public void Swallow() => Volatile.Write(ref _swallows, true);

    /// <summary>Breaks every open connection.</summary>
    public void CutAll()
    {
        lock (_lock)
        {
            foreach (var (near, far) in _open)
                Break(near, far);
            _open.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        _listener.Stop();
        CutAll();
        await _accepting;
        _over.Dispose();
    }

    private async Task AcceptAsync()
    {
        var passing = new List<Task>();
        try
        {
            while (true)
            {
                var near = await _listener.AcceptTcpClientAsync(_over.Token);
                passing.Add(PassAsync(near));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or InvalidOperationException && _over.IsCancellationRequested)
        {
            CutAll();
            await Task.WhenAll(passing);
        }
    }

    private async Task PassAsync(TcpClient near)
    {
        var far = new TcpClient();
        long left;
        lock (_lock)
        {
            left = _cutAfter ?? long.MaxValue;
            _cutAfter = null;
            _open.Add((near, far));
        }

        _connections.Writer.TryWrite(near);

        try
        {
            await far.ConnectAsync(IPAddress.Loopback, _service.Port, _over.Token);
            await Task.WhenAny(CopyAsync(near, far), CutAsync(far, near, left));
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            // The end of a connection, from either side.
        }

        Break(near, far);
    }

    private async Task CopyAsync(TcpClient from, TcpClient to) => await from.GetStream().CopyToAsync(to.GetStream(), _over.Token);

    private async Task CutAsync(TcpClient from, TcpClient to, long left)
    {
        var buffer = new byte[16 * 1024];
        while (left > 0 && await from.GetStream().ReadAsync(buffer, _over.Token) is > 0 and var read)
        {
            if (Volatile.Read(ref _swallows))
                continue;
            await to.GetStream().WriteAsync(buffer.AsMemory(0, (int)Math.Min(read, left)), _over.Token);
            left -= read;
        }
    }

    /// <summary>In the middle, without a word of farewell.</summary>
    private static void Break(TcpClient near, TcpClient far)
    {
        try
        {
            if (near.Client is { } socket)
                socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The client broke it first.
        }

        near.Dispose();
        far.Dispose();
    }
}

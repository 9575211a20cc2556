using System.Buffers.Binary;
using System.Net.Sockets;

namespace BackgroundTasks.Benchmarks;

/// <summary>Asks a server on .NET how many bytes it has allocated: see <see cref="StartupHook"/>.</summary>
internal sealed class AllocationMeter : IDisposable
{
    /// <summary>The environment variable with the path of the Unix socket.</summary>
    public const string Variable = "BENCH_METER";

    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    /// <param name="path">The socket of a server that has started.</param>
    public AllocationMeter(string path) => _socket.Connect(new UnixDomainSocketEndPoint(path));

    public long ReadBytes()
    {
        var answer = new byte[sizeof(long)];
        _socket.Send(answer, 0, 1, SocketFlags.None);
        for (var read = 0; read < answer.Length;)
            read += _socket.Receive(answer, read, answer.Length - read, SocketFlags.None);
        return BinaryPrimitives.ReadInt64LittleEndian(answer);
    }

    public void Dispose() => _socket.Dispose();
}

using System.Buffers.Binary;
using System.Net.Sockets;
using BackgroundTasks.Benchmarks;

/// <summary>
/// Loaded by the runtime into a server that is measured (<c>DOTNET_STARTUP_HOOKS</c>), also into the service, which does not know of it.
/// Answers each byte on a Unix socket with the bytes that the process has allocated so far, exactly.
/// </summary>
internal static class StartupHook
{
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(AllocationMeter.Variable) is { } path)
            new Thread(() => Answer(path)) { IsBackground = true }.Start();
    }

    /// <summary>On a thread of its own, with calls that block and allocate nothing.</summary>
    private static void Answer(string path)
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        using var asking = listener.Accept();
        var answer = new byte[sizeof(long)];
        while (asking.Receive(answer, 0, 1, SocketFlags.None) > 0)
        {
            BinaryPrimitives.WriteInt64LittleEndian(answer, GC.GetTotalAllocatedBytes(precise: true));
            asking.Send(answer);
        }
    }
}

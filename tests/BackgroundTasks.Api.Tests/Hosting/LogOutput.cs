using System.Text;
using System.Threading.Channels;

namespace BackgroundTasks.Api.Tests.Hosting;

/// <summary>An output that keeps each write, and that a test can let hang or fail.</summary>
internal sealed class LogOutput : TextWriter
{
    private readonly Channel<string> _writes = Channel.CreateUnbounded<string>();

    public override Encoding Encoding => Encoding.UTF8;

    /// <summary>A write waits for it.</summary>
    public ManualResetEventSlim Works { get; } = new(initialState: true);

    /// <summary>A write throws it.</summary>
    public Exception? Failure { get; set; }

    /// <summary>The next write, also one that fails or hangs.</summary>
    public Task<string> NextAsync() => _writes.Reader.ReadAsync().AsTask().WaitAsync(HeldWork.Guard);

    /// <summary>What was written and not read yet.</summary>
    public List<string> Rest() => [.. Drain()];

    public override void Write(char[] buffer, int index, int count)
    {
        Assert.True(_writes.Writer.TryWrite(new string(buffer, index, count)));
        Assert.True(Works.Wait(HeldWork.Guard));
        if (Failure is { } failure)
            throw failure;
    }

    private IEnumerable<string> Drain()
    {
        while (_writes.Reader.TryRead(out var write))
            yield return write;
    }
}

using System.Threading.Channels;

namespace BackgroundTasks.Benchmarks;

/// <summary>The limit of the disk: records appended to a file by one writer, everything that waits in one write and one fsync.</summary>
internal sealed class AppendFile : IAsyncDisposable
{
    private readonly Channel<(byte[] Record, TaskCompletionSource Stored)> _waiting =
        Channel.CreateUnbounded<(byte[] Record, TaskCompletionSource Stored)>(new() { SingleReader = true });

    private readonly FileStream _file;
    private readonly Task _writing;

    public AppendFile(string path)
    {
        _file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1 << 20);
        _writing = Task.Run(WriteAsync);
    }

    public Task AppendAsync(byte[] record)
    {
        var stored = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting.Writer.TryWrite((record, stored));
        return stored.Task;
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.Complete();
        await _writing;
        await _file.DisposeAsync();
    }

    private async Task WriteAsync()
    {
        var batch = new List<TaskCompletionSource>();
        while (await _waiting.Reader.WaitToReadAsync())
        {
            while (batch.Count < 1_000 && _waiting.Reader.TryRead(out var next))
            {
                _file.Write(next.Record);
                batch.Add(next.Stored);
            }

            _file.Flush(flushToDisk: true);
            batch.ForEach(stored => stored.SetResult());
            batch.Clear();
        }
    }
}

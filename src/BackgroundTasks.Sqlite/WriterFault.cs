using Microsoft.Extensions.Logging;

namespace BackgroundTasks.Sqlite;

/// <summary>Why nothing can be stored now. While it lasts the file is tried again, without anybody asking.</summary>
internal sealed class WriterFault(string path, Action tryAgain, TimeProvider timeProvider, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly ITimer _timer = timeProvider.CreateTimer(_ => tryAgain(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    private volatile string? _reason;

    /// <summary>Why the last transaction failed; null where it did not.</summary>
    public string? Reason => _reason;

    public void Raise(Exception exception)
    {
        var isNew = _reason is null;
        _reason = exception.Message;
        _timer.Change(Pause, Timeout.InfiniteTimeSpan);
        if (isNew)
            SqliteLog.CannotWrite(logger, exception.Message, exception);
    }

    /// <summary>Something was written.</summary>
    public void Clear()
    {
        if (_reason is null)
            return;
        _reason = null;
        SqliteLog.CanWriteAgain(logger, path);
    }

    public ValueTask DisposeAsync() => _timer.DisposeAsync();
}

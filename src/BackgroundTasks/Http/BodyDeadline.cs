using System.IO.Pipelines;
using BackgroundTasks.Execution;

namespace BackgroundTasks.Http;

/// <summary>
/// The time that a body has: by its announced length, or by what has arrived of it if none was announced. When it may be over, the read is woken.
/// </summary>
internal sealed class BodyDeadline : IDisposable
{
    private readonly Lock _lock = new();
    private readonly PipeReader _reader;
    private readonly long? _length;
    private readonly Deadlines _deadlines;
    private readonly TimeProvider _timeProvider;
    private readonly BackgroundTasksOptions _options;
    private readonly long _begun;
    private Deadlines.Deadline? _deadline;
    private bool _hasFired;
    private bool _disposed;

    public BodyDeadline(PipeReader reader, long begun, long arrived, long? length, Deadlines deadlines, TimeProvider timeProvider, BackgroundTasksOptions options)
    {
        (_reader, _begun, _length, _deadlines, _timeProvider, _options) = (reader, begun, length, deadlines, timeProvider, options);
        Arm(Allowed(arrived));
    }

    /// <summary>How long a body may take of which so many bytes have arrived.</summary>
    public TimeSpan Allowed(long arrived) => _options.BodyTimeoutOf(_length ?? arrived);

    /// <summary>Whether the time is over. What has arrived may have brought more of it since the read was to be woken.</summary>
    public bool IsOver(long arrived)
    {
        var allowed = Allowed(arrived);
        if (_timeProvider.GetElapsedTime(_begun) >= allowed)
            return true;
        lock (_lock)
        {
            if (_hasFired)
                Arm(allowed);
        }

        return false;
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _deadline?.Dispose();
        }
    }

    private void Arm(TimeSpan allowed)
    {
        lock (_lock)
        {
            _hasFired = false;
            _deadline = _deadlines.Add(_begun, allowed, OnDue);
        }
    }

    private void OnDue()
    {
        lock (_lock)
        {
            if (_disposed)
                return;
            _hasFired = true;
            _reader.CancelPendingRead();
        }
    }
}

using BackgroundTasks.Execution;
using Microsoft.AspNetCore.Http;

namespace BackgroundTasks.Http.Events;

/// <summary>
/// One task's events: a snapshot, then what changes, then its end. A client that reads slowly gets the newest state, not every one:
/// nothing is kept for it but flags. A progress event says no more than the next event of another kind, which has the whole task.
/// </summary>
internal sealed class TaskEventStream : EventStream, IDisposable
{
    /// <summary>Progress is written four times a second at most; the last report waits for its turn and is not dropped.</summary>
    public static readonly TimeSpan ProgressPause = TimeSpan.FromMilliseconds(250);

    private readonly Guid _id;
    private readonly IBackgroundTaskStore _store;
    private readonly Deadlines _deadlines;
    private readonly TaskWatcher _watcher;
    private BackgroundTask? _sent;
    private BackgroundTask? _ended;
    private Deadlines.Deadline? _pause;

    /// <summary>Watches the task from now on, until the stream is over or disposed.</summary>
    public TaskEventStream(Guid id, IBackgroundTaskStore store, TaskWatch watch, Deadlines deadlines)
    {
        (_id, _store, _deadlines) = (id, store, deadlines);
        _watcher = watch.Register(id, OnChange);
    }

    /// <summary>Reads the task with which the stream begins; null if it is unknown.</summary>
    public async ValueTask<BackgroundTask?> ReadAsync(CancellationToken cancellationToken)
    {
        var task = await FindAsync(cancellationToken);
        Volatile.Write(ref _sent, task);
        return task;
    }

    public void Dispose() => _watcher.Dispose();

    protected override async Task RunAsync(HttpContext context, EventWriter writer, CancellationToken cancellationToken)
    {
        try
        {
            var task = _sent;
            writer.AddRetry();
            AddFirst(writer, task!);
            while (await writer.FlushAsync(cancellationToken) && task is { IsTerminal: false })
            {
                var reasons = await Signal.WaitAsync(_pause is null ? StreamWake.Any : StreamWake.Any & ~StreamWake.Progressed);
                if (reasons.HasFlag(StreamWake.Over))
                    return;
                if (reasons.HasFlag(StreamWake.Due))
                    _pause = null;
                if (reasons.HasFlag(StreamWake.Tick))
                    writer.AddComment();
                if ((reasons & (StreamWake.Changed | StreamWake.Progressed)) is StreamWake.None)
                    continue;
                task = await FindAsync(cancellationToken);
                if (task is not null)
                    AddChange(writer, _sent!, task);
            }
        }
        finally
        {
            _pause?.Dispose();
            Dispose();
        }
    }

    private void OnChange(BackgroundTaskChange change)
    {
        if (change.Task is { IsTerminal: true } ended)
            Interlocked.CompareExchange(ref _ended, ended, null);
        Signal.Set(change.Kind is BackgroundTaskChangeKind.Reported ? StreamWake.Progressed : StreamWake.Changed);
    }

    /// <summary>The task as it is; its end once that was told: the record may be gone by now, or run again.</summary>
    private async ValueTask<BackgroundTask?> FindAsync(CancellationToken cancellationToken) =>
        Volatile.Read(ref _ended) ?? await _store.FindAsync(_id, cancellationToken) ?? Volatile.Read(ref _ended);

    private static void AddFirst(EventWriter writer, BackgroundTask task)
    {
        writer.AddTask("snapshot", task);
        if (task.IsTerminal)
            writer.AddTask(StateNames.Of(task.State), task);
    }

    private void AddChange(EventWriter writer, BackgroundTask sent, BackgroundTask task)
    {
        var progressed = task.Progress is not null && task.Progress.Number != sent.Progress?.Number;
        if (task.Version != sent.Version)
        {
            // Whoever reads only progress gets the last one too, under the id that it had before the end.
            if (task.IsTerminal && progressed && sent.State is BackgroundTaskState.Running && task.Run == sent.Run)
                writer.AddProgress(sent.WithProgress(task.Progress));
            writer.AddTask(task.IsTerminal ? StateNames.Of(task.State) : "status", task);
        }
        else if (!progressed)
            return;
        else if (_pause is null)
        {
            writer.AddProgress(task);
            _pause = _deadlines.Add(ProgressPause, () => Signal.Set(StreamWake.Due));
        }
        else
        {
            Signal.Set(StreamWake.Progressed);
            return;
        }

        Volatile.Write(ref _sent, task);
    }
}

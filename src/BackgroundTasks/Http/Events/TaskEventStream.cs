using BackgroundTasks.Execution;

namespace BackgroundTasks.Http.Events;

/// <summary>
/// One task's events: a snapshot, then what changes, then its end. A client that reads slowly gets the newest state, not every one:
/// nothing is kept for it but flags. A progress event says no more than the next event of another kind, which has the whole task.
/// </summary>
internal sealed class TaskEventStream(Guid id, IBackgroundTaskStore store, TaskWatch watch, Deadlines deadlines) : EventStream
{
    /// <summary>Progress is written four times a second at most; the last report waits for its turn and is not dropped.</summary>
    public static readonly TimeSpan ProgressPause = TimeSpan.FromMilliseconds(250);

    private BackgroundTask? _sent;
    private Deadlines.Deadline? _pause;

    protected override async Task RunAsync(EventWriter writer, CancellationToken cancellationToken)
    {
        // Registered before it is read: a change in between is not missed.
        using var registration = watch.Register(id, OnChange);
        try
        {
            var task = await store.FindAsync(id, cancellationToken);
            writer.AddRetry();
            if (task is not null)
                AddFirst(writer, task);
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
                task = await store.FindAsync(id, cancellationToken);
                if (task is not null)
                    AddChange(writer, _sent!, task);
            }
        }
        finally
        {
            _pause?.Dispose();
        }
    }

    private void OnChange(BackgroundTaskChange change) =>
        Signal.Set(change.Task is { } task && task.Version == Volatile.Read(ref _sent)?.Version ? StreamWake.Progressed : StreamWake.Changed);

    private void AddFirst(EventWriter writer, BackgroundTask task)
    {
        writer.AddTask("snapshot", task);
        if (task.IsTerminal)
            writer.AddTask(StateNames.Of(task.State), task);
        Volatile.Write(ref _sent, task);
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
            _pause = deadlines.Add(ProgressPause, () => Signal.Set(StreamWake.Due));
        }
        else
        {
            Signal.Set(StreamWake.Progressed);
            return;
        }

        Volatile.Write(ref _sent, task);
    }
}

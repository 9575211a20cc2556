using System.Collections.Concurrent;

namespace BackgroundTasks.Sqlite;

/// <summary>
/// Tells the callers whose work is decided. One thread of the pool tells many, one after the other: a work item for each costs more than writing its row.
/// A caller may block the thread that tells it, so the next work item is queued before anybody is told, as long as somebody is left to tell.
/// </summary>
internal sealed class Completions : IThreadPoolWorkItem
{
    private readonly ConcurrentQueue<JournalWork> _decided = new();
    private int _isQueued;

    public void Tell(List<JournalWork> decided)
    {
        decided.ForEach(_decided.Enqueue);
        Queue();
    }

    void IThreadPoolWorkItem.Execute()
    {
        // Before the look at what is left: what comes after it queues the next work item itself.
        Interlocked.Exchange(ref _isQueued, 0);
        if (!_decided.TryDequeue(out var work))
            return;
        if (!_decided.IsEmpty)
            Queue();
        do
        {
            work.Tell();
        }
        while (_decided.TryDequeue(out work));
    }

    private void Queue()
    {
        if (Interlocked.Exchange(ref _isQueued, 1) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }
}

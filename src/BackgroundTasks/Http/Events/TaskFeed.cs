using BackgroundTasks.Execution;
using Microsoft.Extensions.Options;

namespace BackgroundTasks.Http.Events;

/// <summary>
/// The changes of state of all tasks, for those who follow them. The store is listened to only while someone does, and its threads only note what changed;
/// one pump on the thread pool writes each change once and lets the followers have it in turn, as fast as the budget allows.
/// Who falls behind is closed, and so is everybody if changes were missed: they connect again and read the list.
/// </summary>
internal sealed class TaskFeed(IBackgroundTaskStore store, Deadlines deadlines, TimeProvider timeProvider, IOptions<BackgroundTasksOptions> options) : IThreadPoolWorkItem
{
    /// <summary>How many bytes of events are kept for followers that have not written them yet, of all together.</summary>
    public const long MaxBehind = 16 * 1024 * 1024;

    /// <summary>About how much a follower writes in one turn.</summary>
    private const int TurnSize = 512 * 1024;

    /// <summary>A follower that is further behind is late: it writes only what the others leave of the budget.</summary>
    private const int MaxLate = 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly FeedInbox _inbox = new();
    private readonly Dictionary<FeedKey, FeedGroup> _groups = [];
    private readonly Queue<FeedFollower> _line = new();
    private readonly PriorityQueue<FeedFollower, long> _late = new();
    private readonly FeedBudget _budget = new(timeProvider, options.Value.FeedBytesPerSecond());
    private readonly LatestVersions _latest = new();
    private IDisposable? _subscription;
    private long _written;
    private int _pumping;

    /// <summary>How many follow.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _groups.Values.Sum(group => group.Followers.Count);
        }
    }

    /// <summary>Follows all tasks from now on, until what it returns is disposed.</summary>
    /// <param name="filter">Which changes; only its type, queue and states matter.</param>
    /// <param name="prefix">What the links of a task begin with.</param>
    /// <param name="signal">Woken when it is the follower's turn to write, and when it is closed.</param>
    /// <param name="cancellationToken">Ends what the follower waits for.</param>
    public FeedFollower Follow(BackgroundTaskFilter filter, string prefix, StreamSignal signal, CancellationToken cancellationToken)
    {
        var key = FeedKey.Of(filter, prefix);
        lock (_lock)
        {
            if (!_groups.TryGetValue(key, out var group))
                _groups[key] = group = new(key, filter, _written);
            var follower = new FeedFollower(this, group, signal, cancellationToken);
            group.Followers.Add(follower);
            _subscription ??= store.Subscribe(OnChange);
            return follower;
        }
    }

    /// <summary>One round of the pump.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        Interlocked.Exchange(ref _pumping, 1);
        if (_budget.HasRoom)
        {
            if (_inbox.TakeAll() is not { } changes)
                CloseAll();
            else if (changes.Count > 0)
                Publish(changes);
            Grant();
        }

        // Called for meanwhile, or more to do: again, after a pause if the budget is spent.
        if (!_budget.HasRoom && (HasLine() || !_inbox.IsEmpty))
            deadlines.Add(_budget.UntilRoom, () => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false));
        else if (Interlocked.CompareExchange(ref _pumping, 0, 1) != 1)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    internal void Advance(FeedFollower follower)
    {
        lock (_lock)
        {
            follower.Written = follower.Granted!;
            follower.Granted = null;
            follower.HasWritten = true;
            if (follower.IsClosed || !Enqueue(follower))
                return;
        }

        Pump();
    }

    internal void Remove(FeedFollower follower)
    {
        lock (_lock)
        {
            Detach(follower);
            if (_groups.Count > 0)
                return;
            _subscription?.Dispose();
            _subscription = null;
            _inbox.Clear();
        }
    }

    private void OnChange(BackgroundTaskChange change)
    {
        // A removal has no task to tell, and progress is not told.
        if (change.Task is { } task && !LatestVersions.IsProgress(task))
            Note(task);
        else if (change.Kind is BackgroundTaskChangeKind.Elsewhere)
            _ = ReadAsync(change.Id);
        else if (change.Kind is BackgroundTaskChangeKind.Missed)
            Miss();
    }

    private void Note(BackgroundTask task)
    {
        _inbox.Add(task);
        Pump();
    }

    private void Miss()
    {
        _inbox.Miss();
        Pump();
    }

    private async Task ReadAsync(Guid id)
    {
        try
        {
            if (await store.FindAsync(id, CancellationToken.None) is { } task && !LatestVersions.IsProgress(task))
                Note(task);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // The boundary of the feed: a change that cannot be read is one that was missed. The store's own fault is told elsewhere.
            Miss();
        }
    }

    /// <summary>Starts the pump, or has it look once more.</summary>
    private void Pump()
    {
        if (Volatile.Read(ref _pumping) != 2 && Interlocked.Exchange(ref _pumping, 2) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private void Publish(List<BackgroundTask> changes)
    {
        changes.RemoveAll(change => !_latest.TryRaise(change));
        FeedGroup[] groups;
        lock (_lock)
            groups = [.. _groups.Values];
        var (parts, end) = new FeedRound(changes, options.Value.Retention).Write(groups, _written);
        _budget.Spend(FeedBudget.WriteCost + (end - _written));
        lock (_lock)
        {
            _written = end;
            foreach (var (group, part) in parts)
            {
                group.Append(part);
                foreach (var follower in group.Followers)
                    Enqueue(follower);
            }

            // The bytes that the slowest follower has yet to write are those that are kept.
            foreach (var follower in groups.SelectMany(group => group.Followers).Where(follower => BehindOf(follower) > MaxBehind).ToList())
                Close(follower);
        }
    }

    /// <summary>Lets those in line write, in turn, as much as the budget allows.</summary>
    private void Grant()
    {
        lock (_lock)
        {
            while (HasLine() && _budget.HasRoom)
            {
                var isLate = !_line.TryDequeue(out var follower);
                follower ??= _late.Dequeue();
                follower.IsInLine = false;
                if (follower.IsClosed || (!isLate && IsLate(follower) && Enqueue(follower)))
                    continue;
                var (part, bytes) = (follower.Written, 0L);
                for (; part.Next is { } next && (bytes == 0 || bytes + next.Length <= TurnSize); part = next)
                    bytes += next.Length;
                _budget.Spend(FeedBudget.WriteCost + bytes);
                follower.Granted = part;
                follower.Wake();
            }
        }
    }

    private bool HasLine()
    {
        lock (_lock)
            return _line.Count + _late.Count > 0;
    }

    private bool Enqueue(FeedFollower follower)
    {
        if (!follower.IsIdle || follower.Written.Next is null)
            return false;
        follower.IsInLine = true;

        // If there is more than can be sent, those who keep up go on keeping up, and of the others those who are behind least catch up; in turn, all would be closed.
        if (IsLate(follower) || !follower.HasWritten)
            _late.Enqueue(follower, -follower.Written.Next.Start);
        else
            _line.Enqueue(follower);
        return true;
    }

    private bool IsLate(FeedFollower follower) => BehindOf(follower) > MaxLate;

    /// <summary>How many bytes have been written since what it has yet to read.</summary>
    private long BehindOf(FeedFollower follower) => _written - (follower.Written.Next?.Start ?? _written);

    private void CloseAll()
    {
        lock (_lock)
        {
            foreach (var follower in _groups.Values.SelectMany(group => group.Followers).ToList())
                Close(follower);
        }
    }

    /// <summary>It is no longer told anything; its stream ends, and then removes it.</summary>
    private void Close(FeedFollower follower)
    {
        Detach(follower);
        follower.Close();
    }

    private void Detach(FeedFollower follower)
    {
        var group = follower.Group;
        if (group.Followers.Remove(follower) && group.Followers.Count == 0)
            _groups.Remove(group.Key);
    }
}

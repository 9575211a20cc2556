namespace BackgroundTasks.Execution;

/// <summary>
/// The tasks of one queue that this node holds, in the order in which they run: by priority, then by their tenants' turns, then as they came.
/// One lane per type, and one for those of it that have their last chance: at its limit a lane is closed, which holds back no other, and nothing is put back. Guarded by its owner's lock.
/// </summary>
/// <param name="tenantTag">The tag that names a task's tenant; empty: no tenants.</param>
/// <param name="limits">The limits of types, and whom they call back.</param>
/// <param name="onRoom">Called, without a lock, with the lane that may be opened.</param>
/// <param name="blockingPlaces">How many tasks whose handlers compute or block may be taken at once; at that number their lanes are passed over.</param>
internal sealed class ReadySet(string tenantTag, TypeLimits limits, Action<LaneKey> onRoom, int blockingPlaces = int.MaxValue)
{
    private readonly Dictionary<Guid, long> _forgotten = [];
    private readonly Dictionary<LaneKey, ReadyLane> _lanes = [];
    private readonly TenantTurns _turns = new(tenantTag);
    private TenantTurns? _blockingTurns;
    private int _freeBlockingPlaces = blockingPlaces;
    private long _sequence;

    /// <summary>What is held, with those of the canceled that are not skipped yet.</summary>
    public int Count { get; private set; }

    public void Add(BackgroundTask task)
    {
        var key = limits.LaneOf(task);
        if (!_lanes.TryGetValue(key, out var lane))
            _lanes.Add(key, lane = NewLane(key));
        lane.Add(task, _sequence++);
        Count++;
    }

    /// <summary>The best of all open lanes. It counts in the limit of its type, which its owner tells when it has run.</summary>
    public bool TryTake(out BackgroundTask task)
    {
        while (TryFindBest(out var best, out task))
        {
            if (!best.TryAdmit())
                continue;
            best.RemoveFirst(toRun: true);
            if (best.IsBlocking)
                _freeBlockingPlaces--;
            Count--;
            return true;
        }

        return false;
    }

    /// <summary>A task that was taken has run, or never began: its blocking place is free again, if it had one.</summary>
    public void Leave(BackgroundTask task)
    {
        if (limits.IsBlocking(task.Type))
            _freeBlockingPlaces++;
    }

    /// <summary>The lane's limit has room again.</summary>
    public void Open(LaneKey lane) => _lanes[lane].Open();

    /// <summary>Whether anything is left to run, be its lane open or not.</summary>
    public bool HasAny() => _lanes.Values.Any(lane => TryPeek(lane, out _, out _));

    /// <summary>
    /// A held task was canceled. It is skipped when its turn comes; when half of what is held is such, all of it is swept out,
    /// so that a queue whose workers are busy for long does not fill with the canceled. A later version of the same task, retried, stays.
    /// </summary>
    public void Forget(BackgroundTask canceled)
    {
        _forgotten[canceled.Id] = canceled.Version;
        if (_forgotten.Count <= 64 + (Count / 2))
            return;
        foreach (var lane in _lanes.Values)
            lane.RemoveAll(IsForgotten);
        Count = _lanes.Values.Sum(lane => lane.Count);
        _forgotten.Clear();
    }

    private ReadyLane NewLane(LaneKey key)
    {
        var limit = limits.Find(key.Type);
        var lastChance = key.IsLastChance ? limits.LastChance : null;
        var isBlocking = limits.IsBlocking(key.Type);
        return limit is null && lastChance is null
            ? new ReadyLane(isBlocking ? BlockingTurns() : _turns) { IsBlocking = isBlocking }
            : new ReadyLane(new TenantTurns(tenantTag, _turns), limit, lastChance, () => onRoom(key)) { IsBlocking = isBlocking };
    }

    /// <summary>Those that wait for a blocking place take turns among themselves, whatever their types: they must not put off their tenants' other work.</summary>
    private TenantTurns BlockingTurns() => _blockingTurns ??= new TenantTurns(tenantTag, _turns);

    private bool TryFindBest(out ReadyLane best, out BackgroundTask task)
    {
        (best, task) = (null!, null!);
        var bestKey = default(ReadyKey);
        foreach (var lane in _lanes.Values)
        {
            if (lane.IsOpen && (!lane.IsBlocking || _freeBlockingPlaces > 0) && TryPeek(lane, out var head, out var key) && (best is null || key.CompareTo(bestKey) < 0))
                (best, task, bestKey) = (lane, head, key);
        }

        return best is not null;
    }

    /// <summary>The first of a lane that was not forgotten.</summary>
    private bool TryPeek(ReadyLane lane, out BackgroundTask task, out ReadyKey key)
    {
        while (lane.TryPeek(out task, out key))
        {
            if (_forgotten.Count == 0 || !IsForgotten(task))
                return true;
            _forgotten.Remove(task.Id);
            lane.RemoveFirst(toRun: false);
            Count--;
        }

        return false;
    }

    private bool IsForgotten(BackgroundTask task) => _forgotten.TryGetValue(task.Id, out var canceled) && task.Version < canceled;
}

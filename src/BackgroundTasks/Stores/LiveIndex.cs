using System.Numerics;

namespace BackgroundTasks.Stores;

/// <summary>
/// The live tasks in the order of creation, so that a list by state costs what its page holds. A place is the sequence in the id;
/// chunks that hold nothing do not exist.
/// </summary>
internal sealed class LiveIndex
{
    private readonly Lock _lock = new();
    private readonly List<LiveChunk> _chunks = [];
    private long _top;

    public void Add(TaskEntry entry)
    {
        var id = entry.Task.Id;
        lock (_lock)
        {
            var sequence = Widen(BackgroundTaskIds.SequenceOf(id));
            _top = Math.Max(_top, sequence);
            var number = sequence >> LiveChunk.Bits;
            var at = Find(number);
            if (at < 0)
                _chunks.Insert(at = ~at, new LiveChunk(number));
            _chunks[at].Add(entry, (int)(sequence & (LiveChunk.Size - 1)));
        }
    }

    public void Remove(TaskEntry entry)
    {
        lock (_lock)
        {
            if (entry.Chunk is { } chunk && chunk.Remove(entry) && Find(chunk.Number) is >= 0 and var at)
                _chunks.RemoveAt(at);
        }
    }

    /// <summary>Live tasks below an id that the filter selects, newest first; resume is the last one looked at, null at the end.</summary>
    public (List<BackgroundTask> Tasks, Guid? Resume) List(BackgroundTaskFilter filter, Guid? below, int maxRecords)
    {
        LiveChunk[] chunks;
        lock (_lock)
            chunks = [.. _chunks];

        var tasks = new List<BackgroundTask>();
        var wanted = new LiveStates(filter.States);
        if (wanted.None)
            return (tasks, null);
        for (var i = chunks.Length - 1; i >= 0; i--)
        {
            for (var word = LiveChunk.Words - 1; word >= 0; word--)
            {
                for (var bits = chunks[i].BitsOf(wanted, word); bits != 0;)
                {
                    var bit = 63 - BitOperations.LeadingZeroCount(bits);
                    bits &= ~(1UL << bit);
                    if (chunks[i].EntryAt((word * 64) + bit)?.Current is not { IsTerminal: false } task || (below is { } limit && BackgroundTaskIds.Compare(task.Id, limit) >= 0))
                        continue;
                    if (filter.Matches(task))
                        tasks.Add(task);
                    if (tasks.Count == filter.PageSize || --maxRecords == 0)
                        return (tasks, task.Id);
                }
            }
        }

        return (tasks, null);
    }

    /// <summary>The 32 bits of an id's sequence, continued past their wrap: the value nearest to the highest seen.</summary>
    private long Widen(uint sequence) => _top + (int)(sequence - (uint)_top);

    private int Find(long number)
    {
        // New tasks come at the end, nearly always.
        if (_chunks.Count > 0 && _chunks[^1].Number == number)
            return _chunks.Count - 1;
        int low = 0, high = _chunks.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (_chunks[middle].Number == number)
                return middle;
            if (_chunks[middle].Number < number)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return ~low;
    }
}

/// <summary>Which live states are wanted.</summary>
internal readonly struct LiveStates(IReadOnlyCollection<BackgroundTaskState> states)
{
    public bool Scheduled { get; } = states.Count == 0 || states.Contains(BackgroundTaskState.Scheduled);

    public bool Queued { get; } = states.Count == 0 || states.Contains(BackgroundTaskState.Queued);

    public bool Running { get; } = states.Count == 0 || states.Contains(BackgroundTaskState.Running);

    public bool None => !Scheduled && !Queued && !Running;
}

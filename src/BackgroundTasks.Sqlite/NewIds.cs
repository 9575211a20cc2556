namespace BackgroundTasks.Sqlite;

/// <summary>
/// Knows of most new ids that no task in the file has them, without a look into it. Ids rise, but the requests that have them overtake each other:
/// so the newest are kept, and what is above all others is new if it is not among them.
/// </summary>
/// <param name="highest">The highest id in the file.</param>
internal sealed class NewIds(Guid? highest)
{
    private const int Kept = 4_096;

    private readonly HashSet<Guid> _ids = [];
    private readonly Queue<Guid> _order = new();

    /// <summary>Every id in the file that is above it is among the kept ones.</summary>
    private Guid? _floor = highest;

    /// <summary>Keeps an id that is about to be written. It does not matter if that fails: the id is looked for then.</summary>
    /// <returns>True if no task in the file has it; false if it is to be looked for.</returns>
    public bool TryAdd(Guid id)
    {
        if (id.Version != 7 || !IsAboveFloor(id) || !_ids.Add(id))
            return false;
        _order.Enqueue(id);
        if (_order.Count > Kept)
        {
            var oldest = _order.Dequeue();
            _ids.Remove(oldest);
            if (IsAboveFloor(oldest))
                _floor = oldest;
        }

        return true;
    }

    private bool IsAboveFloor(Guid id) => _floor is not { } floor || BackgroundTaskIds.Compare(id, floor) > 0;
}

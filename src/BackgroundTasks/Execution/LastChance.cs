namespace BackgroundTasks.Execution;

/// <summary>
/// Room for one of the tasks that fail if their process is lost under them once more: they run one at a time in this process, across all queues.
/// So one that kills its process falls alone, and takes none with it that only ever ran beside it. Others run meanwhile: they have a run to lose.
/// </summary>
internal sealed class LastChance
{
    private readonly Lock _lock = new();
    private List<Action> _waiting = [];
    private bool _isTaken;

    /// <summary>Takes it; or, where another has it, calls back once when it is free. Who is called back asks again: another may be quicker.</summary>
    public bool TryTake(Action onRoom)
    {
        lock (_lock)
        {
            if (!_isTaken)
                return _isTaken = true;
            _waiting.Add(onRoom);
            return false;
        }
    }

    /// <summary>The run is over, or never began. No lock may be held that a callback takes.</summary>
    public void Leave()
    {
        List<Action> waiting;
        lock (_lock)
        {
            _isTaken = false;
            (waiting, _waiting) = (_waiting, []);
        }

        waiting.ForEach(static onRoom => onRoom());
    }
}

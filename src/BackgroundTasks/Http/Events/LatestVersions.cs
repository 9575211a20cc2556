namespace BackgroundTasks.Http.Events;

/// <summary>
/// Tells a new state from what comes late, and from progress, which leaves the version as it is. Stores tell of changes on any thread,
/// so that of one task they may come in the wrong order, close together. Of fixed size: what was last seen of a task gives way to another task.
/// </summary>
internal sealed class LatestVersions
{
    private readonly (Guid Id, long Version)[] _slots = new (Guid, long)[4_096];

    /// <summary>Every start clears the progress, so a run that has some and is not asked to stop has changed in nothing else.</summary>
    public static bool IsProgress(BackgroundTask task) => task is { State: BackgroundTaskState.Running, CancelRequested: false, Progress: not null };

    /// <summary>True where this version is new, and from then on seen.</summary>
    public bool TryRaise(BackgroundTask task)
    {
        if (IsProgress(task))
            return false;
        ref var slot = ref _slots[(uint)task.Id.GetHashCode() % (uint)_slots.Length];
        if (slot.Id == task.Id && slot.Version >= task.Version)
            return false;
        slot = (task.Id, task.Version);
        return true;
    }
}

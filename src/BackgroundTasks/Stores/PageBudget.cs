namespace BackgroundTasks.Stores;

/// <summary>The bytes of one page: it takes tasks until they are used up, and at least one.</summary>
internal struct PageBudget(BackgroundTaskFilter filter)
{
    private readonly long _limit = filter.PageBytes ?? long.MaxValue;
    private long _used;

    /// <summary>Whether a task fits.</summary>
    public bool TryTake(BackgroundTask task)
    {
        var bytes = TaskBytes.Of(task);
        if (_used > 0 && bytes > _limit - _used)
            return false;
        _used += bytes;
        return true;
    }
}

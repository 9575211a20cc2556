namespace BackgroundTasks.Stores;

/// <summary>Reads pages of packed tasks, newest first, and unpacks only what the head of a record does not rule out.</summary>
internal sealed class PackedTaskLister(PackedTasks tasks)
{
    public JournalPage List(BackgroundTaskFilter filter, Guid? below, int maxRecords)
    {
        var found = new List<BackgroundTask>();
        var budget = new PageBudget(filter);
        var resume = below;
        var looked = 0;
        foreach (var record in tasks.Index.Descend(IndexQuery.Of(filter, below, BackgroundTaskState.Succeeded)))
        {
            if (found.Count >= filter.PageSize || looked >= maxRecords)
                return new(found, resume) { Looked = looked };

            var header = PackedHeader.Read(record, tasks.Names);
            looked++;
            if (MayMatch(filter, header) && PackedTaskReader.Read(record, tasks.Names) is var task && filter.Matches(task))
            {
                if (!budget.TryTake(task))
                    return new(found, resume) { Looked = looked };
                found.Add(task);
            }

            resume = header.Id;
        }

        return new(found, null) { Looked = looked };
    }

    private static bool MayMatch(BackgroundTaskFilter filter, PackedHeader header) =>
        (filter.Type is null || filter.Type == header.Type)
        && (filter.Queue is null || filter.Queue == header.Queue)
        && (filter.CreatedAfter is null || header.CreatedAt >= filter.CreatedAfter)
        && (filter.CreatedBefore is null || header.CreatedAt < filter.CreatedBefore);
}

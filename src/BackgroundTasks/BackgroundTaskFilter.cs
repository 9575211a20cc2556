namespace BackgroundTasks;

/// <summary>Which tasks to list. What is left out does not restrict.</summary>
public sealed record BackgroundTaskFilter
{
    /// <summary>Only these states; empty: all.</summary>
    public IReadOnlyCollection<BackgroundTaskState> States { get; init; } = [];

    /// <summary>Only this type.</summary>
    public string? Type { get; init; }

    /// <summary>Only this queue.</summary>
    public string? Queue { get; init; }

    /// <summary>Only tasks that carry all of these tags.</summary>
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    /// <summary>Only tasks created at or after this time.</summary>
    public DateTimeOffset? CreatedAfter { get; init; }

    /// <summary>Only tasks created before this time.</summary>
    public DateTimeOffset? CreatedBefore { get; init; }

    /// <summary>How many tasks a page holds, 1 to 200; 50 by default.</summary>
    public int PageSize { get; init; } = 50;

    /// <summary>
    /// How many bytes the tasks of a page take at most, with their payloads and results and about 1 KB for all else of each; null: without limit.
    /// A page that reaches it ends with a token. A page holds at least one task, however large.
    /// </summary>
    public long? PageBytes { get; init; }

    /// <summary>The tasks come without their payloads and results, which may be long.</summary>
    public bool WithoutContents { get; init; }

    /// <summary>How many records one page looks at, at most.</summary>
    internal int MaxLooks { get; init; } = 10_000;

    /// <summary>Where the page begins: the <see cref="BackgroundTaskPage.Next"/> of the page before; null: with the newest.</summary>
    public string? PageToken { get; init; }

    /// <summary>Whether the filter selects a task. The page does not matter.</summary>
    /// <param name="task">The task.</param>
    public bool Matches(BackgroundTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        return (States.Count == 0 || States.Contains(task.State))
            && (Type is null || Type == task.Type)
            && (Queue is null || Queue == task.Queue)
            && (CreatedAfter is null || task.Submission.CreatedAt >= CreatedAfter)
            && (CreatedBefore is null || task.Submission.CreatedAt < CreatedBefore)
            && (Tags is null || Tags.All(tag => task.Submission.Tags is { } tags && tags.TryGetValue(tag.Key, out var value) && value == tag.Value));
    }
}

/// <summary>One page of a list.</summary>
/// <param name="Tasks">The tasks, newest first; may be fewer than a page holds, even none, while more are left.</param>
/// <param name="Next">The token of the next page; null at the end of the list, and only there.</param>
public sealed record BackgroundTaskPage(IReadOnlyList<BackgroundTask> Tasks, string? Next)
{
    /// <summary>How many records were looked at for it.</summary>
    public int Looked { get; init; }
}

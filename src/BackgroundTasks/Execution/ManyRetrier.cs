namespace BackgroundTasks.Execution;

/// <summary>Queues again those failed and canceled tasks that a filter selects, a bounded number of looks and changes a call.</summary>
internal sealed class ManyRetrier(BackgroundTaskQueue queue)
{
    /// <summary>How many tasks one call queues again.</summary>
    private const int MostRetried = 1_000;

    /// <summary>How many records one call looks at.</summary>
    private const int MostLooks = 10_000;

    private const int LargestPage = 200;
    private static readonly BackgroundTaskState[] Retryable = [BackgroundTaskState.Failed, BackgroundTaskState.Canceled];

    /// <summary>Goes down from the filter's page token. What is queued again, and fails again meanwhile, is above that and not met again.</summary>
    public async Task<ManyRetried> RetryAsync(BackgroundTaskFilter filter, CancellationToken cancellationToken)
    {
        filter = filter with { States = [.. filter.States.Count == 0 ? Retryable : filter.States.Intersect(Retryable)], WithoutContents = true };
        var sum = new ManyRetried(0, 0, filter.PageToken);
        if (filter.States.Count == 0)
            return sum with { Next = null };
        for (var looked = 0; ;)
        {
            var page = await queue.ListAsync(
                filter with { PageToken = sum.Next, PageSize = Math.Min(LargestPage, MostRetried - sum.Retried), MaxLooks = MostLooks - looked }, cancellationToken);
            foreach (var task in page.Tasks)
            {
                // Changed to its end, also if the caller has left: it would not know what was.
                var outcome = (await queue.RetryAsync(task.Id, CancellationToken.None)).Outcome;
                if (outcome is RetryOutcome.Stopping)
                    return sum with { IsStopping = true };
                sum = outcome is RetryOutcome.Queued ? sum with { Retried = sum.Retried + 1 } : sum with { Skipped = sum.Skipped + 1 };
            }

            sum = sum with { Next = page.Next };
            looked += page.Looked;

            // A store that does not tell how many it has looked at is asked once.
            if (page.Next is null || page.Looked == 0 || looked >= MostLooks || sum.Retried >= MostRetried)
                return sum;
        }
    }
}

/// <summary>What became of a retry of many.</summary>
/// <param name="Retried">How many are queued again.</param>
/// <param name="Skipped">How many could not be: their unique key is taken, or they have changed meanwhile.</param>
/// <param name="Next">The page token to go on with; null at the end.</param>
internal readonly record struct ManyRetried(int Retried, int Skipped, string? Next)
{
    /// <summary>It has ended early because the process stops.</summary>
    public bool IsStopping { get; init; }
}

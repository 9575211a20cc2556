namespace BackgroundTasks.Tests.Stores;

internal static class TaskAssert
{
    /// <summary>The same in every member. What succeeded may have lost its payload.</summary>
    public static void Same(BackgroundTask expected, BackgroundTask? actual)
    {
        Assert.NotNull(actual);
        SameSubmission(expected.Submission, actual.Submission);
        Assert.Equal(expected.State, actual.State);
        Assert.Equal(expected.Version, actual.Version);
        Assert.Equal(expected.Run, actual.Run);
        Assert.Equal(expected.Attempt, actual.Attempt);
        Assert.Equal(expected.LostRuns, actual.LostRuns);
        Assert.Equal(expected.Survived, actual.Survived);
        Assert.Equal(expected.Node, actual.Node);
        Assert.Equal(expected.QueuedAt, actual.QueuedAt);
        Assert.Equal(expected.ScheduledFor, actual.ScheduledFor);
        Assert.Equal(expected.StartedAt, actual.StartedAt);
        Assert.Equal(expected.FinishedAt, actual.FinishedAt);
        Assert.Equal(expected.CancelRequested, actual.CancelRequested);
        Assert.True(expected.Result.Span.SequenceEqual(actual.Result.Span), "The results differ.");
        Assert.Equal(expected.Error, actual.Error);
        Assert.Equal(expected.Progress, actual.Progress);
        if (expected.State is not BackgroundTaskState.Succeeded || !actual.Submission.Payload.IsEmpty)
            Assert.True(expected.Submission.Payload.Span.SequenceEqual(actual.Submission.Payload.Span), "The payloads differ.");
    }

    private static void SameSubmission(BackgroundTaskSubmission expected, BackgroundTaskSubmission actual)
    {
        Assert.Equal(expected.Id, actual.Id);
        Assert.Equal(expected.Type, actual.Type);
        Assert.Equal(expected.Queue, actual.Queue);
        Assert.Equal(expected.CreatedAt, actual.CreatedAt);
        Assert.Equal(expected.Priority, actual.Priority);
        Assert.Equal(expected.MaxAttempts, actual.MaxAttempts);
        Assert.Equal(expected.Timeout, actual.Timeout);
        Assert.Equal(expected.Tags, actual.Tags);
        Assert.Equal(expected.UniqueKey, actual.UniqueKey);
        Assert.Equal(expected.IdempotencyKey, actual.IdempotencyKey);
        Assert.Equal(expected.Fingerprint.ToArray(), actual.Fingerprint.ToArray());
        Assert.Equal(expected.TraceParent, actual.TraceParent);
        Assert.Equal(expected.TraceState, actual.TraceState);
    }
}

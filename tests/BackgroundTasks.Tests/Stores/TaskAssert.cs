namespace BackgroundTasks.Tests.Stores;

internal static class TaskAssert
{
    /// <summary>The same in every member, the payload included where it stays in the store. What succeeded may have lost its payload.</summary>
    /// <param name="expected">The task as it was written.</param>
    /// <param name="actual">The task as it was found.</param>
    /// <param name="read">Reads the payload of a task.</param>
    public static async Task SameAsync(BackgroundTask expected, BackgroundTask? actual, Func<BackgroundTask, CancellationToken, ValueTask<ReadOnlyMemory<byte>?>> read)
    {
        Assert.NotNull(actual);
        SameButPayload(expected, actual);
        await SamePayloadAsync(expected, actual, read);
    }

    /// <summary>The same payload. What succeeded may have lost it.</summary>
    public static async Task SamePayloadAsync(BackgroundTask expected, BackgroundTask actual, Func<BackgroundTask, CancellationToken, ValueTask<ReadOnlyMemory<byte>?>> read)
    {
        var payload = actual.Submission.IsPayloadInStore ? await read(actual, default) : actual.Submission.Payload;
        SamePayload(expected, payload);
    }

    /// <summary>The same in every member. What succeeded may have lost its payload.</summary>
    public static void Same(BackgroundTask expected, BackgroundTask? actual)
    {
        Assert.NotNull(actual);
        SameButPayload(expected, actual);
        SamePayload(expected, actual.Submission.Payload);
    }

    private static void SamePayload(BackgroundTask expected, ReadOnlyMemory<byte>? payload)
    {
        if (expected.State is BackgroundTaskState.Succeeded && payload is null or { IsEmpty: true })
            return;
        Assert.NotNull(payload);
        Assert.True(expected.Submission.Payload.Span.SequenceEqual(payload.Value.Span), "The payloads differ.");
    }

    private static void SameButPayload(BackgroundTask expected, BackgroundTask actual)
    {
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

namespace BackgroundTasks.Stores;

/// <summary>
/// Packs a terminal task, as <see cref="PackedTaskReader"/> unpacks it: the header, the members that it has, and last the result and the payload,
/// which are not copied through the writer. Times are ticks since it was created, in UTC.
/// </summary>
internal static class PackedTaskWriter
{
    /// <summary>Writes all but the bytes of the result and the payload, whose lengths come last.</summary>
    public static void Write(PackedWriter writer, NameTable names, BackgroundTask task, int payloadLength, TimeSpan skew)
    {
        var members = MembersOf(task) | If(payloadLength > 0, PackedMembers.Payload) | If(skew != TimeSpan.Zero, PackedMembers.Skew);
        PackedHeader.Write(writer, names, task, skew, members);
        WriteRuns(writer, task, members);
        WriteOutcome(writer, task);
        WriteSubmission(writer, task.Submission, members);
        if ((members & PackedMembers.Result) != 0)
            writer.Number((uint)task.Result.Length);
        if ((members & PackedMembers.Payload) != 0)
            writer.Number((uint)payloadLength);
    }

    private static PackedMembers MembersOf(BackgroundTask task)
    {
        var submission = task.Submission;
        return (PackedMembers)(task.State - BackgroundTaskState.Succeeded)
            | If(task.FinishedAt is not null, PackedMembers.FinishedAt)
            | If(task.QueuedAt is not null, PackedMembers.QueuedAt)
            | If(task.ScheduledFor is not null, PackedMembers.ScheduledFor)
            | If(task.StartedAt is not null, PackedMembers.StartedAt)
            | If(task.Node is not null, PackedMembers.Node)
            | If(task.LostRuns != 0, PackedMembers.LostRuns)
            | If(task.Survived, PackedMembers.Survived)
            | If(task.CancelRequested, PackedMembers.CancelRequested)
            | If(task.Error is not null, PackedMembers.Error)
            | If(task.Progress is not null, PackedMembers.Progress)
            | If(task.Progress?.Percent is not null, PackedMembers.ProgressPercent)
            | If(task.Progress?.Message is not null, PackedMembers.ProgressMessage)
            | If(submission.Priority != 0, PackedMembers.Priority)
            | If(submission.MaxAttempts != 1, PackedMembers.MaxAttempts)
            | If(submission.Timeout is not null, PackedMembers.Timeout)
            | If(submission.Tags is not null, PackedMembers.Tags)
            | If(submission.UniqueKey is not null, PackedMembers.UniqueKey)
            | If(submission.IdempotencyKey is not null, PackedMembers.IdempotencyKey)
            | If(!submission.Fingerprint.IsEmpty, PackedMembers.Fingerprint)
            | If(submission.TraceParent is not null, PackedMembers.TraceParent)
            | If(submission.TraceState is not null, PackedMembers.TraceState)
            | If(!task.Result.IsEmpty, PackedMembers.Result);
    }

    private static PackedMembers If(bool has, PackedMembers member) => has ? member : PackedMembers.None;

    private static void WriteRuns(PackedWriter writer, BackgroundTask task, PackedMembers members)
    {
        writer.Number((ulong)task.Version);
        writer.Number((uint)task.Run);
        writer.Number((uint)task.Attempt);
        WriteTime(writer, task, task.QueuedAt);
        WriteTime(writer, task, task.ScheduledFor);
        WriteTime(writer, task, task.StartedAt);
        WriteText(writer, task.Node);
        if ((members & PackedMembers.LostRuns) != 0)
            writer.Number((uint)task.LostRuns);
    }

    private static void WriteOutcome(PackedWriter writer, BackgroundTask task)
    {
        if (task.Error is { } error)
        {
            writer.Text(error.Type);
            writer.Text(error.Message);
            writer.Number((uint)error.Attempt);
        }

        if (task.Progress is { } progress)
        {
            writer.Number((ulong)progress.Number);
            if (progress.Percent is { } percent)
                writer.Fixed(percent);
            WriteText(writer, progress.Message);
        }
    }

    private static void WriteSubmission(PackedWriter writer, BackgroundTaskSubmission submission, PackedMembers members)
    {
        WriteText(writer, submission.IdempotencyKey);
        if ((members & PackedMembers.Priority) != 0)
            writer.Signed(submission.Priority);
        if ((members & PackedMembers.MaxAttempts) != 0)
            writer.Number((uint)submission.MaxAttempts);
        if (submission.Timeout is { } timeout)
            writer.Signed(timeout.Ticks);
        if (submission.TagList is { } tags)
            WriteTags(writer, tags);
        WriteText(writer, submission.UniqueKey);
        if ((members & PackedMembers.Fingerprint) != 0)
            writer.Bytes(submission.Fingerprint.Span);
        if (submission.TraceParent is { } traceParent)
            PackedTraceParent.Write(writer, traceParent);
        WriteText(writer, submission.TraceState);
    }

    private static void WriteTags(PackedWriter writer, TaskTags tags)
    {
        writer.Number((uint)tags.Count);
        foreach (var (name, value) in tags)
        {
            writer.Text(name);
            writer.Text(value);
        }
    }

    private static void WriteTime(PackedWriter writer, BackgroundTask task, DateTimeOffset? time)
    {
        if (time is { } value)
            writer.Signed(value.UtcTicks - task.Submission.CreatedAt.UtcTicks);
    }

    private static void WriteText(PackedWriter writer, string? text)
    {
        if (text is not null)
            writer.Text(text);
    }
}

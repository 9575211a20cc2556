namespace BackgroundTasks.Stores;

/// <summary>Unpacks what <see cref="PackedTaskWriter"/> packed. The result is a slice of the record; a long payload stays there.</summary>
internal static class PackedTaskReader
{
    public static BackgroundTask Read(ReadOnlyMemory<byte> record, NameTable names) => Read(record, names, out _);

    /// <summary>The payload of a packed task, copied: a slice would hold on to its whole segment.</summary>
    public static ReadOnlyMemory<byte> ReadPayload(ReadOnlyMemory<byte> record, NameTable names)
    {
        Read(record, names, out var payload);
        return payload.ToArray();
    }

    private static BackgroundTask Read(ReadOnlyMemory<byte> record, NameTable names, out ReadOnlyMemory<byte> payload)
    {
        var reader = new PackedReader(record);
        var header = PackedHeader.Read(ref reader, names);
        var version = (long)reader.Number();
        var run = (int)reader.Number();
        var attempt = (int)reader.Number();
        var queuedAt = ReadTime(ref reader, header, PackedMembers.QueuedAt);
        var scheduledFor = ReadTime(ref reader, header, PackedMembers.ScheduledFor);
        var startedAt = ReadTime(ref reader, header, PackedMembers.StartedAt);
        var node = ReadText(ref reader, header, PackedMembers.Node);
        var lostRuns = header.Has(PackedMembers.LostRuns) ? (int)reader.Number() : 0;
        var error = ReadError(ref reader, header);
        var progress = ReadProgress(ref reader, header);
        var submission = ReadSubmission(ref reader, header, out var result, out payload);
        return new()
        {
            Submission = submission,
            State = header.State,
            Version = version,
            Run = run,
            Attempt = attempt,
            LostRuns = lostRuns,
            Survived = header.Has(PackedMembers.Survived),
            Node = node,
            QueuedAt = queuedAt,
            ScheduledFor = scheduledFor,
            StartedAt = startedAt,
            FinishedAt = header.FinishedAt,
            CancelRequested = header.Has(PackedMembers.CancelRequested),
            Result = result,
            Error = error,
            Progress = progress,
        };
    }

    private static BackgroundTaskError? ReadError(ref PackedReader reader, PackedHeader header) =>
        header.Has(PackedMembers.Error) ? new(reader.Text(), reader.Text(), (int)reader.Number()) : null;

    private static BackgroundTaskProgress? ReadProgress(ref PackedReader reader, PackedHeader header) => !header.Has(PackedMembers.Progress) ? null : new(
        (long)reader.Number(),
        header.Has(PackedMembers.ProgressPercent) ? reader.FixedDouble() : null,
        ReadText(ref reader, header, PackedMembers.ProgressMessage));

    private static BackgroundTaskSubmission ReadSubmission(
        ref PackedReader reader, PackedHeader header, out ReadOnlyMemory<byte> result, out ReadOnlyMemory<byte> payload)
    {
        var idempotencyKey = ReadText(ref reader, header, PackedMembers.IdempotencyKey);
        var priority = header.Has(PackedMembers.Priority) ? (int)reader.Signed() : 0;
        var maxAttempts = header.Has(PackedMembers.MaxAttempts) ? (int)reader.Number() : 1;
        TimeSpan? timeout = header.Has(PackedMembers.Timeout) ? TimeSpan.FromTicks(reader.Signed()) : null;
        var tags = header.Has(PackedMembers.Tags) ? ReadTags(ref reader) : null;
        var uniqueKey = ReadText(ref reader, header, PackedMembers.UniqueKey);
        var fingerprint = header.Has(PackedMembers.Fingerprint) ? reader.Bytes((int)reader.Number()).ToArray() : default;
        var traceParent = header.Has(PackedMembers.TraceParent) ? PackedTraceParent.Read(ref reader) : null;
        var traceState = ReadText(ref reader, header, PackedMembers.TraceState);
        var resultLength = header.Has(PackedMembers.Result) ? (int)reader.Number() : 0;
        var payloadLength = header.Has(PackedMembers.Payload) ? (int)reader.Number() : 0;
        result = reader.Bytes(resultLength);
        payload = reader.Bytes(payloadLength);
        var isAtHand = payloadLength <= BackgroundTaskSubmission.LongestPayloadAtHand;
        return new()
        {
            Id = header.Id,
            Type = header.Type,
            Queue = header.Queue,

            // Copied, as a retry makes it live on: a slice would hold on to its whole segment for as long.
            Payload = isAtHand ? payload.ToArray() : default,
            IsPayloadInStore = !isAtHand,
            CreatedAt = header.CreatedAt,
            Priority = priority,
            MaxAttempts = maxAttempts,
            Timeout = timeout,
            Tags = tags,
            UniqueKey = uniqueKey,
            IdempotencyKey = idempotencyKey,
            Fingerprint = fingerprint,
            TraceParent = traceParent,
            TraceState = traceState,
        };
    }

    private static TaskTags ReadTags(ref PackedReader reader)
    {
        var tags = new KeyValuePair<string, string>[(int)reader.Number()];
        foreach (ref var tag in tags.AsSpan())
            tag = new(reader.Text(), reader.Text());
        return new TaskTags(tags);
    }

    private static DateTimeOffset? ReadTime(ref PackedReader reader, PackedHeader header, PackedMembers member) =>
        header.Has(member) ? header.CreatedAt.AddTicks(reader.Signed()) : null;

    private static string? ReadText(ref PackedReader reader, PackedHeader header, PackedMembers member) =>
        header.Has(member) ? reader.Text() : null;
}

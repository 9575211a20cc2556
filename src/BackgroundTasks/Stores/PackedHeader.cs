using System.Buffers.Binary;

namespace BackgroundTasks.Stores;

/// <summary>The head of a packed task: enough to tell whether it is the one that is asked for, without unpacking the rest.</summary>
internal readonly record struct PackedHeader(
    Guid Id, PackedMembers Members, DateTimeOffset CreatedAt, DateTimeOffset? FinishedAt, TimeSpan Skew, string Type, string Queue)
{
    public BackgroundTaskState State => BackgroundTaskState.Succeeded + (int)(Members & PackedMembers.StateBits);

    /// <summary>When it finished, in elapsed time: by the wall clock, had nobody set it.</summary>
    public DateTimeOffset SteadyFinishedAt => (FinishedAt ?? CreatedAt) - Skew;

    public bool Has(PackedMembers member) => (Members & member) != 0;

    public static Guid IdOf(ReadOnlyMemory<byte> record) => new(record.Span[..16], bigEndian: true);

    public static void Write(PackedWriter writer, NameTable names, BackgroundTask task, TimeSpan skew, PackedMembers members)
    {
        writer.Id(task.Id);
        writer.Fixed((uint)members);
        // A task is created in the millisecond of its id, or close to it: two or three bytes instead of eight.
        writer.Signed(task.Submission.CreatedAt.UtcTicks - TicksOf(task.Id));
        if (task.FinishedAt is { } finishedAt)
            writer.Signed(finishedAt.UtcTicks - task.Submission.CreatedAt.UtcTicks);
        if ((members & PackedMembers.Skew) != 0)
            writer.Signed(skew.Ticks);
        WriteName(writer, names, task.Type);
        WriteName(writer, names, task.Queue);
    }

    public static PackedHeader Read(ref PackedReader reader, NameTable names)
    {
        var id = reader.Id();
        var members = (PackedMembers)reader.FixedUInt32();
        var createdAt = new DateTimeOffset(TicksOf(id) + reader.Signed(), TimeSpan.Zero);
        DateTimeOffset? finishedAt = (members & PackedMembers.FinishedAt) == 0 ? null : createdAt.AddTicks(reader.Signed());
        var skew = (members & PackedMembers.Skew) == 0 ? TimeSpan.Zero : new TimeSpan(reader.Signed());
        return new(id, members, createdAt, finishedAt, skew, ReadName(ref reader, names), ReadName(ref reader, names));
    }

    public static PackedHeader Read(ReadOnlyMemory<byte> record, NameTable names)
    {
        var reader = new PackedReader(record);
        return Read(ref reader, names);
    }

    private static void WriteName(PackedWriter writer, NameTable names, string name)
    {
        var number = names.NumberOf(name);
        writer.Number((uint)number);
        if (number == 0)
            writer.Text(name);
    }

    private static string ReadName(ref PackedReader reader, NameTable names) =>
        (int)reader.Number() is not 0 and var number ? names.NameOf(number) : reader.Text();

    private static long TicksOf(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        var milliseconds = (long)(BinaryPrimitives.ReadUInt64BigEndian(bytes) >> 16);
        return DateTimeOffset.UnixEpoch.Ticks + (milliseconds * TimeSpan.TicksPerMillisecond);
    }
}

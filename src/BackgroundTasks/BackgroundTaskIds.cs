using System.Buffers.Binary;
using System.Security.Cryptography;
using BackgroundTasks.Http;

namespace BackgroundTasks;

/// <summary>
/// Makes task ids: version 7 UUIDs (RFC 9562) that rise within a process, even within a millisecond.
/// 48 bits of Unix milliseconds, a 32-bit sequence, 42 random bits. The sequence lets a store find a task without a hash table and
/// gives lists an exact order; it also tells how many tasks were made between two ids. The random bits make an id hard to guess.
/// Randomness is drawn in blocks: one system call for each id costs more than all the rest of accepting a task.
/// </summary>
public sealed class BackgroundTaskIds(TimeProvider timeProvider)
{
    private static readonly TimeSpan FurthestAhead = TimeSpan.FromDays(366);
    private static readonly long MostTicks = DateTimeOffset.MaxValue.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks;

    private readonly Lock _lock = new();
    private readonly byte[] _random = new byte[4096];
    private int _used = 4096;
    private long _milliseconds;
    private uint _sequence;

    /// <summary>How far the time in an id may be from its task's creation: one second.</summary>
    public static TimeSpan Tolerance { get; } = TimeSpan.FromSeconds(1);

    /// <summary>The sequence of an id, which tells the order in which ids of one millisecond were made.</summary>
    /// <param name="id">An id.</param>
    public static uint SequenceOf(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        var high = (uint)(BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]) & 0x0FFF);
        var low = (uint)(BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]) >> 10) & 0xF_FFFF;
        return (high << 20) | low;
    }

    /// <summary>Reads an id as clients write it: 32 hex digits, also with the hyphens of a UUID, in any case.</summary>
    /// <param name="text">The text.</param>
    /// <param name="id">The id.</param>
    public static bool TryRead(ReadOnlySpan<char> text, out Guid id) => TaskId.TryParse(text, out id);

    /// <summary>Orders ids as they were made: by time, then by sequence.</summary>
    /// <param name="left">An id.</param>
    /// <param name="right">Another.</param>
    public static int Compare(Guid left, Guid right)
    {
        Span<byte> a = stackalloc byte[16];
        Span<byte> b = stackalloc byte[16];
        left.TryWriteBytes(a, bigEndian: true, out _);
        right.TryWriteBytes(b, bigEndian: true, out _);
        return a.SequenceCompareTo(b);
    }

    /// <summary>The time in an id.</summary>
    /// <param name="id">A version 7 UUID; any other has a time that says nothing.</param>
    public static DateTimeOffset TimeOf(Guid id) => new(TicksOf(id), TimeSpan.Zero);

    /// <summary>The lowest id that carries a time.</summary>
    /// <param name="time">The time.</param>
    /// <param name="offset">How much later; negative: earlier.</param>
    public static Guid LowestAt(DateTimeOffset time, TimeSpan offset = default)
    {
        var ticks = Math.Clamp(time.UtcTicks + offset.Ticks - DateTimeOffset.UnixEpoch.UtcTicks, 0, MostTicks);
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        BinaryPrimitives.WriteInt64BigEndian(bytes, ticks / TimeSpan.TicksPerMillisecond << 16);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>
    /// Whether the time in an id is further than <see cref="Tolerance"/> from its task's creation: another program made the id, or the clock was set back
    /// while ids went on to rise. A list by time of creation looks at such a task too, wherever its id is.
    /// </summary>
    /// <param name="id">The id.</param>
    /// <param name="createdAt">When its task was created.</param>
    public static bool IsStray(Guid id, DateTimeOffset createdAt) => Math.Abs(TicksOf(id) - createdAt.UtcTicks) > Tolerance.Ticks;

    /// <summary>
    /// Makes every later id higher than one that an earlier process made. One that is more than a year ahead of the clock is left alone: another program made
    /// it, and all later ids would carry its time.
    /// </summary>
    /// <param name="id">The highest id known.</param>
    public void StartAfter(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        if (TimeOf(id) - timeProvider.GetUtcNow() > FurthestAhead)
            return;
        lock (_lock)
        {
            _milliseconds = Math.Max(_milliseconds, BinaryPrimitives.ReadInt64BigEndian(bytes) >> 16);
            _sequence = SequenceOf(id);
        }
    }

    /// <summary>The next id.</summary>
    public Guid Next()
    {
        Span<byte> bytes = stackalloc byte[16];
        var now = timeProvider.GetUtcNow().ToUnixTimeMilliseconds();
        lock (_lock)
        {
            if (_used + 6 > _random.Length)
            {
                RandomNumberGenerator.Fill(_random);
                _used = 0;
            }

            if (++_sequence == 0)
                _milliseconds++;
            _milliseconds = Math.Max(_milliseconds, now);
            _random.AsSpan(_used, 6).CopyTo(bytes[10..]);
            _used += 6;
            BinaryPrimitives.WriteInt64BigEndian(bytes, (_milliseconds << 16) | 0x7000 | (_sequence >> 20));
            var low = _sequence & 0xF_FFFF;
            bytes[8] = (byte)(0x80 | (low >> 14));
            bytes[9] = (byte)(low >> 6);
            bytes[10] = (byte)((low << 2) | (bytes[10] & 0x03u));
        }

        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>As ticks of a <see cref="DateTimeOffset"/>; those beyond its end are its end.</summary>
    private static long TicksOf(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        var milliseconds = (long)(BinaryPrimitives.ReadUInt64BigEndian(bytes) >> 16);
        return DateTimeOffset.UnixEpoch.UtcTicks + Math.Min(MostTicks, milliseconds * TimeSpan.TicksPerMillisecond);
    }
}

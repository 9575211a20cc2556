using Microsoft.Extensions.Options;

namespace BackgroundTasks;

/// <summary>
/// The bytes that this process may hold for tasks: payloads and results in memory, bodies being read, and whatever a handler adds.
/// One budget for all (<see cref="BackgroundTasksOptions.MaxMemoryBytes"/>), so that many small users cannot exceed what one large user may not.
/// </summary>
public sealed class BackgroundTaskMemory
{
    private long _used;

    /// <summary>The budget of one process.</summary>
    /// <param name="options">The settings.</param>
    public BackgroundTaskMemory(IOptions<BackgroundTasksOptions> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Limit = LimitOf(options.Value);
    }

    /// <summary>How many bytes may be held.</summary>
    public long Limit { get; }

    /// <summary>How many are held now. Above <see cref="Limit"/> if something had to be held whatever it cost.</summary>
    public long Used => Interlocked.Read(ref _used);

    /// <summary>Takes bytes if they fit; false, with nothing taken, if they do not.</summary>
    /// <param name="bytes">How many.</param>
    public bool TryTake(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);

        // Looked at first, never taken and given back: what does not fit must not refuse others meanwhile, and no sum may pass the largest number.
        var used = Used;
        while (bytes <= Limit - used)
        {
            var seen = Interlocked.CompareExchange(ref _used, used + bytes, used);
            if (seen == used)
                return true;
            used = seen;
        }

        return false;
    }

    /// <summary>Takes bytes that must be held, even above the limit: what was accepted is never dropped.</summary>
    /// <param name="bytes">How many.</param>
    public void Take(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        Interlocked.Add(ref _used, bytes);
    }

    /// <summary>Gives bytes back that were taken.</summary>
    /// <param name="bytes">How many.</param>
    public void GiveBack(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        Interlocked.Add(ref _used, -bytes);
    }

    internal static long LimitOf(BackgroundTasksOptions options) => options.MaxMemoryBytes ?? Math.Max(1, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2);
}

using System.Globalization;

namespace BackgroundTasks.Api.Images;

/// <summary>Counts the bytes of all uploads and pictures on the disk, and bounds them.</summary>
/// <param name="limit">How many there may be.</param>
internal sealed class ImageRoom(long limit)
{
    private long _used;

    /// <summary>How many bytes the files have now.</summary>
    public long Used => Interlocked.Read(ref _used);

    /// <summary>Whether so many more bytes fit now.</summary>
    /// <param name="bytes">How many.</param>
    public bool Has(long bytes) => Used + bytes <= limit;

    /// <summary>Takes room for bytes that are about to be written.</summary>
    /// <param name="bytes">How many.</param>
    /// <exception cref="ImageNotStoredException">They do not fit.</exception>
    public void Take(long bytes)
    {
        if (Interlocked.Add(ref _used, bytes) <= limit)
            return;
        Interlocked.Add(ref _used, -bytes);
        throw Full();
    }

    /// <summary>Counts bytes that are on the disk already.</summary>
    /// <param name="bytes">How many.</param>
    public void Count(long bytes) => Interlocked.Add(ref _used, bytes);

    /// <summary>Gives the room of a deleted file back.</summary>
    /// <param name="bytes">How many.</param>
    public void GiveBack(long bytes) => Interlocked.Add(ref _used, -bytes);

    /// <summary>No room is left.</summary>
    public ImageNotStoredException Full() => new(string.Create(
        CultureInfo.InvariantCulture,
        $"The images that are kept take up the {limit:N0} bytes that all may have (Images:MaxStoredBytes). Try again later, or delete tasks that are not needed."));
}

using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace BackgroundTasks.Api.Images;

/// <summary>
/// The uploads and pictures in the data folder, each named after its task and by nothing that a client says.
/// It knows the ids that have files, so that the removal of any other task costs no look at the disk, and how many bytes they have.
/// </summary>
internal sealed class ImageFiles
{
    private readonly string _uploads;
    private readonly string _pictures;
    private readonly ConcurrentDictionary<Guid, Sizes> _known = new();

    /// <summary>Makes the folders.</summary>
    /// <param name="data">The data folder.</param>
    /// <param name="options">The bounds.</param>
    public ImageFiles(DataDirectory data, IOptions<ImageOptions> options)
    {
        Room = new ImageRoom(options.Value.MaxStoredBytes);
        _uploads = PrivateFiles.CreateFolder(Path.Combine(data.Path, "images", "uploads"));
        _pictures = PrivateFiles.CreateFolder(Path.Combine(data.Path, "images", "pictures"));
    }

    /// <summary>The bound of all files.</summary>
    public ImageRoom Room { get; }

    /// <summary>Whether there may be files of a task.</summary>
    /// <param name="id">The task.</param>
    public bool Knows(Guid id) => _known.ContainsKey(id);

    /// <summary>Begins the upload of a task that is yet to be submitted.</summary>
    /// <param name="id">The id that the task will have.</param>
    /// <exception cref="ImageNotStoredException">The file cannot be made.</exception>
    public ImageFile CreateUpload(Guid id)
    {
        // Known before it is there: what is there and not known was left by an earlier process.
        var sizes = _known.GetOrAdd(id, static _ => new Sizes());
        return Create(UploadPath(id), FileMode.CreateNew, bytes =>
        {
            Room.Take(bytes);
            Interlocked.Add(ref sizes.Upload, bytes);
        });
    }

    /// <summary>Begins the picture of a task, at its <see cref="UnfinishedPath"/>.</summary>
    /// <param name="id">The task.</param>
    /// <exception cref="ImageNotStoredException">The file cannot be made.</exception>
    public ImageFile CreatePicture(Guid id)
    {
        DiscardPicture(id);
        var sizes = _known.GetOrAdd(id, static _ => new Sizes());
        return Create(UnfinishedPath(id), FileMode.Create, bytes =>
        {
            Room.Take(bytes);
            Interlocked.Add(ref sizes.Picture, bytes);
        });
    }

    /// <summary>Makes the picture visible, once it is whole.</summary>
    /// <param name="id">The task.</param>
    /// <param name="format">The picture's format.</param>
    /// <exception cref="ImageNotStoredException">The file cannot be renamed.</exception>
    public void FinishPicture(Guid id, PictureFormat format)
    {
        try
        {
            File.Move(UnfinishedPath(id), PicturePath(id, format), overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw NotWritten(exception);
        }
    }

    /// <summary>Where a task's upload is, if it is.</summary>
    /// <param name="id">The task.</param>
    public string UploadPath(Guid id) => Path.Combine(_uploads, id.ToString("N"));

    /// <summary>Where a task's picture goes.</summary>
    /// <param name="id">The task.</param>
    /// <param name="format">The picture's format.</param>
    public string PicturePath(Guid id, PictureFormat format) => Path.Combine(_pictures, $"{id:N}.{format.Name}");

    /// <summary>Where a task's picture is while it is being written.</summary>
    /// <param name="id">The task.</param>
    public string UnfinishedPath(Guid id) => Path.Combine(_pictures, $"{id:N}.unfinished");

    /// <summary>The format of a task's picture; null where there is no picture.</summary>
    /// <param name="id">The task.</param>
    public PictureFormat? FindPicture(Guid id) => PictureFormat.All.FirstOrDefault(format => File.Exists(PicturePath(id, format)));

    /// <summary>Whether a task's upload was written to less than a time ago.</summary>
    /// <param name="id">The task.</param>
    /// <param name="age">The time.</param>
    /// <param name="now">The time now.</param>
    public bool HasUploadYoungerThan(Guid id, TimeSpan age, DateTimeOffset now) =>
        new FileInfo(UploadPath(id)) is { Exists: true } upload && now.UtcDateTime - upload.LastWriteTimeUtc < age;

    /// <summary>Deletes a task's upload.</summary>
    /// <param name="id">The task.</param>
    public void DeleteUpload(Guid id)
    {
        Delete(UploadPath(id));
        if (_known.TryGetValue(id, out var sizes))
            Room.GiveBack(Interlocked.Exchange(ref sizes.Upload, 0));
    }

    /// <summary>Deletes a task's picture, whole or not.</summary>
    /// <param name="id">The task.</param>
    public void DeletePicture(Guid id)
    {
        Delete(UnfinishedPath(id));
        foreach (var format in PictureFormat.All)
            Delete(PicturePath(id, format));
        if (_known.TryGetValue(id, out var sizes))
            Room.GiveBack(Interlocked.Exchange(ref sizes.Picture, 0));
    }

    /// <summary>Deletes a picture that did not become whole. What cannot be deleted stays: the next attempt overwrites it, and it goes with its task.</summary>
    /// <param name="id">The task.</param>
    public void DiscardPicture(Guid id)
    {
        try
        {
            DeletePicture(id);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Why there is no picture is told already, and matters more.
        }
    }

    /// <summary>Deletes all files of a task.</summary>
    /// <param name="id">The task.</param>
    public void Delete(Guid id)
    {
        DeleteUpload(id);
        DeletePicture(id);
        _known.TryRemove(id, out _);
    }

    /// <summary>Takes over what earlier processes left: each id once, and known from then on.</summary>
    public IReadOnlyList<Guid> Adopt()
    {
        var adopted = new HashSet<Guid>();
        foreach (var file in FilesIn(_uploads))
            Adopt(file, adopted, static sizes => ref sizes.Upload);
        foreach (var file in FilesIn(_pictures))
            Adopt(file, adopted, static sizes => ref sizes.Picture);
        return [.. adopted];
    }

    /// <summary>A file could not be written.</summary>
    /// <param name="exception">Why.</param>
    public static ImageNotStoredException NotWritten(Exception exception) => new("The image could not be stored: the disk is full, or the service may not write it. Try again later.", exception);

    private void Adopt(FileInfo file, HashSet<Guid> adopted, SizeOf sizeOf)
    {
        if (!Guid.TryParseExact(Path.GetFileNameWithoutExtension(file.Name), "N", out var id) || (!adopted.Contains(id) && !_known.TryAdd(id, new Sizes())))
            return;
        adopted.Add(id);
        if (!_known.TryGetValue(id, out var sizes) || !file.Exists)
            return;
        Room.Count(file.Length);
        Interlocked.Add(ref sizeOf(sizes), file.Length);
    }

    private static IEnumerable<FileInfo> FilesIn(string folder) => Directory.Exists(folder) ? new DirectoryInfo(folder).EnumerateFiles() : [];

    private static ImageFile Create(string path, FileMode mode, Action<long> takeRoom)
    {
        try
        {
            return new ImageFile(Open(path, mode), takeRoom);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw NotWritten(exception);
        }
    }

    private static FileStream Open(string path, FileMode mode)
    {
        try
        {
            return PrivateFiles.OpenToWrite(path, mode, FileShare.Read, FileOptions.Asynchronous);
        }
        catch (DirectoryNotFoundException)
        {
            // Somebody has removed the folder; what follows needs it.
            PrivateFiles.CreateFolder(Path.GetDirectoryName(path)!);
            return PrivateFiles.OpenToWrite(path, mode, FileShare.Read, FileOptions.Asynchronous);
        }
    }

    private static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
            // It went with its folder.
        }
    }

    private delegate ref long SizeOf(Sizes sizes);

    /// <summary>How many bytes the files of a task have.</summary>
    private sealed class Sizes
    {
        public long Upload;
        public long Picture;
    }
}

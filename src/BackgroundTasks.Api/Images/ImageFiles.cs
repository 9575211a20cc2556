using System.Collections.Concurrent;

namespace BackgroundTasks.Api.Images;

/// <summary>
/// The uploads and pictures in the data folder, each named after its task and by nothing that a client says.
/// It knows the ids that have files, so that the removal of any other task costs no look at the disk.
/// </summary>
internal sealed class ImageFiles
{
    private readonly string _uploads;
    private readonly string _pictures;
    private readonly ConcurrentDictionary<Guid, byte> _known = new();

    /// <summary>Makes the folders.</summary>
    /// <param name="data">The data folder.</param>
    public ImageFiles(DataDirectory data)
    {
        _uploads = Directory.CreateDirectory(Path.Combine(data.Path, "images", "uploads")).FullName;
        _pictures = Directory.CreateDirectory(Path.Combine(data.Path, "images", "pictures")).FullName;
    }

    /// <summary>Whether there may be files of a task.</summary>
    /// <param name="id">The task.</param>
    public bool Knows(Guid id) => _known.ContainsKey(id);

    /// <summary>Begins the upload of a task that is yet to be submitted.</summary>
    /// <param name="id">The id that the task will have.</param>
    public FileStream CreateUpload(Guid id)
    {
        // Known before it is there: what is there and not known was left by an earlier process.
        _known.TryAdd(id, 0);
        return new FileStream(UploadPath(id), FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous);
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

    /// <summary>Deletes a task's upload.</summary>
    /// <param name="id">The task.</param>
    public void DeleteUpload(Guid id) => File.Delete(UploadPath(id));

    /// <summary>Deletes all files of a task.</summary>
    /// <param name="id">The task.</param>
    public void Delete(Guid id)
    {
        DeleteUpload(id);
        File.Delete(UnfinishedPath(id));
        foreach (var format in PictureFormat.All)
            File.Delete(PicturePath(id, format));
        _known.TryRemove(id, out _);
    }

    /// <summary>Takes over what earlier processes left: each id once, and known from then on.</summary>
    public IEnumerable<Guid> Adopt()
    {
        foreach (var path in Directory.EnumerateFiles(_uploads).Concat(Directory.EnumerateFiles(_pictures)))
        {
            if (Guid.TryParseExact(Path.GetFileNameWithoutExtension(path), "N", out var id) && _known.TryAdd(id, 0))
                yield return id;
        }
    }
}

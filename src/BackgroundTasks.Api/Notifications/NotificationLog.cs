using System.Text;
using BackgroundTasks.Api.Hosting;

namespace BackgroundTasks.Api.Notifications;

/// <summary>The file that has a line for every notification. One writer at a time, so that two at once lose nothing; anyone may read meanwhile.</summary>
internal sealed class NotificationLog(DataDirectory data, WriteFaults faults) : IDisposable
{
    /// <summary>The file's name in the data folder.</summary>
    public const string FileName = "notifications.log";

    private readonly string _path = Path.Combine(data.Path, FileName);
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Appends one line; it is with the operating system when the call returns. A write that fails leaves nothing of it.</summary>
    /// <param name="line">The line, without its end.</param>
    /// <param name="cancellationToken">Cancels waiting for its turn, not the write.</param>
    /// <exception cref="NotificationFailedException">The line cannot be written now. The log says why, and health is Degraded until one can.</exception>
    public async Task AppendAsync(string line, CancellationToken cancellationToken)
    {
        var bytes = Encoding.UTF8.GetBytes(line + "\n");
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await AppendAsync(bytes);
            faults.Clear(FileName);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            faults.Raise(FileName, exception);
            throw new NotificationFailedException($"The line could not be written to {FileName}: the disk is full, or the service may not write it.", exception);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private async Task AppendAsync(byte[] bytes)
    {
        // Opened for each line: a file that was moved or removed meanwhile is begun anew.
        await using var file = Open();
        var end = file.Length;
        try
        {
            // Half a line must not be left by a cancel.
            await RandomAccess.WriteAsync(file.SafeFileHandle, bytes, end, CancellationToken.None);
        }
        catch (IOException)
        {
            RandomAccess.SetLength(file.SafeFileHandle, end);
            throw;
        }
    }

    private FileStream Open()
    {
        try
        {
            return PrivateFiles.OpenToWrite(_path, FileMode.OpenOrCreate, FileShare.Read | FileShare.Delete);
        }
        catch (DirectoryNotFoundException)
        {
            // Somebody has removed the folder.
            PrivateFiles.CreateFolder(data.Path);
            return PrivateFiles.OpenToWrite(_path, FileMode.OpenOrCreate, FileShare.Read | FileShare.Delete);
        }
    }
}

using System.Text;

namespace BackgroundTasks.Api.Notifications;

/// <summary>The file that has a line for every notification. One writer at a time, so that two at once lose nothing; anyone may read meanwhile.</summary>
internal sealed class NotificationLog(DataDirectory data) : IDisposable
{
    /// <summary>The file's name in the data folder.</summary>
    public const string FileName = "notifications.log";

    private readonly string _path = Path.Combine(data.Path, FileName);
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Appends one line; it is with the operating system when the call returns. A write that fails leaves nothing of it.</summary>
    /// <param name="line">The line, without its end.</param>
    /// <param name="cancellationToken">Gives the wait for its turn up, not the write.</param>
    public async Task AppendAsync(string line, CancellationToken cancellationToken)
    {
        var bytes = Encoding.UTF8.GetBytes(line + "\n");
        await _turn.WaitAsync(cancellationToken);
        try
        {
            // Opened for each line: a file that was moved or removed meanwhile is begun anew.
            using var file = File.OpenHandle(_path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read | FileShare.Delete);
            var end = RandomAccess.GetLength(file);
            try
            {
                // Half a line must not be left by a cancel.
                await RandomAccess.WriteAsync(file, bytes, end, CancellationToken.None);
            }
            catch (IOException)
            {
                RandomAccess.SetLength(file, end);
                throw;
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();
}

using System.Text;
using Serilog.Sinks.File;

namespace BackgroundTasks.Api.Hosting;

/// <summary>Lets only the user of this process read a log file that is begun, and writes to it in large parts: Serilog flushes it after each batch.</summary>
internal sealed class PrivateLogFiles : FileLifecycleHooks
{
    private const int BufferSize = 64 * 1024;

    /// <inheritdoc/>
    public override Stream OnFileOpened(string path, Stream underlyingStream, Encoding encoding)
    {
        if (underlyingStream.Length == 0)
            PrivateFiles.Restrict(path);
        return new BufferedStream(underlyingStream, BufferSize);
    }
}

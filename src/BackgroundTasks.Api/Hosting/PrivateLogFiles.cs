using System.Text;
using Serilog.Sinks.File;

namespace BackgroundTasks.Api.Hosting;

/// <summary>Lets only the user of this process read a log file that is begun.</summary>
internal sealed class PrivateLogFiles : FileLifecycleHooks
{
    /// <inheritdoc/>
    public override Stream OnFileOpened(string path, Stream underlyingStream, Encoding encoding)
    {
        if (underlyingStream.Length == 0)
            PrivateFiles.Restrict(path);
        return underlyingStream;
    }
}

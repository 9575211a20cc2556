using Microsoft.Extensions.Logging;

namespace BackgroundTasks.Diagnostics;

/// <summary>
/// The boundary to those who listen to metrics and activities. .NET calls them where a measurement is made, and what they throw would end a submit that
/// was accepted or a run that has begun. The first failure is logged; one that throws at every measurement must not fill the log.
/// </summary>
internal sealed class ListenerGuard(ILogger<ListenerGuard> logger)
{
    private int _told;

    public void Failed(Exception exception)
    {
        if (Interlocked.Exchange(ref _told, 1) == 0)
            SafeLog.Write(() => Log.ListenerFailed(logger, exception));
    }
}

using Microsoft.Extensions.Logging;

namespace BackgroundTasks.Diagnostics;

/// <summary>The store's overview for a reader that cannot wait: where the store takes its time, what the reading before has brought.</summary>
internal sealed class OverviewReader(IBackgroundTaskStore store, ILogger<OverviewReader> logger)
{
    private volatile StoreOverview _last = new([]);
    private int _reading;

    public StoreOverview Read()
    {
        if (Interlocked.Exchange(ref _reading, 1) == 0)
            _ = RefreshAsync();
        return _last;
    }

    private async Task RefreshAsync()
    {
        try
        {
            _last = await store.GetOverviewAsync(CancellationToken.None);
        }
        catch (Exception exception)
        {
            // The boundary to the store: whoever collects metrics must not fail with it.
            SafeLog.Write(() => Log.QueueSizesUnknown(logger, exception));
        }
        finally
        {
            Volatile.Write(ref _reading, 0);
        }
    }
}

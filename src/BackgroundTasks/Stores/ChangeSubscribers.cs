using BackgroundTasks.Diagnostics;
using Microsoft.Extensions.Logging;

namespace BackgroundTasks.Stores;

/// <summary>
/// Those who are told of changes. A change is stored when they are told, and what follows it must follow: one that throws keeps nobody else from being told,
/// and no task from its workers. Its first failure is logged; one that throws at every change must not fill the log.
/// </summary>
internal sealed class ChangeSubscribers(ILogger? logger)
{
    private readonly Lock _lock = new();
    private Subscription[] _subscriptions = [];
    private int _told;

    public IDisposable Add(Action<BackgroundTaskChange> onChange)
    {
        var added = new Subscription(this, onChange);
        lock (_lock)
            _subscriptions = [.. _subscriptions, added];
        return added;
    }

    public void Tell(BackgroundTaskChange change)
    {
        foreach (var subscription in Volatile.Read(ref _subscriptions))
        {
            try
            {
                subscription.OnChange(change);
            }
            catch (Exception exception)
            {
                // The boundary to a subscriber.
                if (logger is not null && Interlocked.Exchange(ref _told, 1) == 0)
                    SafeLog.Write(() => Log.SubscriberFailed(logger, exception));
            }
        }
    }

    private void Remove(Subscription ended)
    {
        lock (_lock)
            _subscriptions = [.. _subscriptions.Where(subscription => subscription != ended)];
    }

    private sealed class Subscription(ChangeSubscribers owner, Action<BackgroundTaskChange> onChange) : IDisposable
    {
        public Action<BackgroundTaskChange> OnChange => onChange;

        public void Dispose() => owner.Remove(this);
    }
}

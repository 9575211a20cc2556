using BackgroundTasks.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Work = System.Func<System.IServiceProvider, System.Threading.CancellationToken, System.Threading.Tasks.Task>;

namespace BackgroundTasks.AfterResponse;

/// <summary>Adds work to the list of the current request; where there is none, or it has ended, hands it over at once.</summary>
internal sealed class AfterResponseTasks(AfterResponsePlaces places, AfterResponseRunner runner) : IBackgroundTasks
{
    private AfterResponseList? _list;

    public void AddTask(Work work)
    {
        ArgumentNullException.ThrowIfNull(work);

        // The list before the place: from taking a place on, nothing may throw.
        var list = FindList();
        places.Take();
        if (list is null || !list.TryAdd(work)) runner.HandOver([work]);
    }

    public void AddTask<TService>(Func<TService, CancellationToken, Task> work)
        where TService : notnull
    {
        ArgumentNullException.ThrowIfNull(work);
        AddTask((services, cancellationToken) => work(services.GetRequiredService<TService>(), cancellationToken));
    }

    /// <summary>The list stays that of the first request seen, so that an instance kept for longer finds it closed and never meets a recycled context.</summary>
    private AfterResponseList? FindList()
    {
        if (Volatile.Read(ref _list) is { } known) return known;
        if (CurrentRequest.Read(context => AfterResponseList.Of(context, runner)) is not { } list) return null;
        Volatile.Write(ref _list, list);
        return list;
    }
}

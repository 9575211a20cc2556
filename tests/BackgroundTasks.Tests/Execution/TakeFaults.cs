using System.Reflection;
using BackgroundTasks.Stores;
using Microsoft.Extensions.DependencyInjection;

namespace BackgroundTasks.Tests.Execution;

/// <summary>A store that cannot hand over tasks, as often as a test says.</summary>
public class TakeFaults : DispatchProxy
{
    private readonly Queue<Exception> _faults = new();
    private IBackgroundTaskStore _store = null!;

    /// <summary>How often it was asked for tasks.</summary>
    public int Takes { get; private set; }

    /// <summary>Puts the store of a host behind one that throws these, one after the other, before it hands over anything.</summary>
    public static void Use(IServiceCollection services, params Exception[] faults) => services.AddSingleton(provider =>
    {
        var store = Create<IBackgroundTaskStore, TakeFaults>();
        var proxy = (TakeFaults)(object)store;
        proxy._store = ActivatorUtilities.CreateInstance<LocalTaskStore>(provider);
        foreach (var fault in faults)
            proxy._faults.Enqueue(fault);
        return store;
    });

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (targetMethod!.Name == nameof(IBackgroundTaskStore.TakeAsync))
        {
            Takes++;
            if (_faults.TryDequeue(out var fault))
                return new ValueTask<IReadOnlyList<BackgroundTask>>(Task.FromException<IReadOnlyList<BackgroundTask>>(fault));
        }

        return targetMethod.Invoke(_store, BindingFlags.DoNotWrapExceptions, binder: null, args, culture: null);
    }
}

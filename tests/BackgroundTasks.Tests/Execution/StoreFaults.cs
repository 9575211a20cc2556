using System.Reflection;
using BackgroundTasks.Stores;
using Microsoft.Extensions.DependencyInjection;

namespace BackgroundTasks.Tests.Execution;

/// <summary>A store of which one call fails, as often as a test says.</summary>
public class StoreFaults : DispatchProxy
{
    private readonly Queue<Exception> _faults = new();
    private IBackgroundTaskStore _store = null!;
    private string _method = "";

    /// <summary>How often that call was made.</summary>
    public int Calls { get; private set; }

    /// <summary>Puts the store of a host behind one whose call throws these, one after the other, before it does anything.</summary>
    public static void Use(IServiceCollection services, string method, params Exception[] faults)
    {
        services.AddSingleton(provider =>
        {
            var store = Create<IBackgroundTaskStore, StoreFaults>();
            var proxy = (StoreFaults)(object)store;
            (proxy._store, proxy._method) = (ActivatorUtilities.CreateInstance<LocalTaskStore>(provider), method);
            foreach (var fault in faults)
                proxy._faults.Enqueue(fault);
            return store;
        });
        services.AddSingleton(provider => (StoreFaults)(object)provider.GetRequiredService<IBackgroundTaskStore>());
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (targetMethod!.Name == _method)
        {
            Calls++;
            if (_faults.TryDequeue(out var fault))
                throw fault;
        }

        return targetMethod.Invoke(_store, BindingFlags.DoNotWrapExceptions, binder: null, args, culture: null);
    }
}

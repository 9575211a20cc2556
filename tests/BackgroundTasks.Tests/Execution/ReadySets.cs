using BackgroundTasks.Execution;
using BackgroundTasks.TaskTypes;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace BackgroundTasks.Tests.Execution;

/// <summary>A ready set over the fake clock, whose types have the given limits and whose lanes open as soon as they may.</summary>
internal sealed class ReadySets : IDisposable
{
    private readonly Deadlines _deadlines;

    public ReadySets(params (string Type, BackgroundTaskTypeOptions Options)[] types)
    {
        _deadlines = new Deadlines(Time);
        var settings = Options.Create(new BackgroundTasksOptions());
        var registry = new TaskTypeRegistry(
            types.Select(type => new TaskTypeOf<HeldPayload, string>(type.Type, type.Options, (_, _, _) => Task.FromResult(""))),
            new TypeOptions(types.ToDictionary(type => type.Type, type => type.Options)),
            settings);
        Limits = new TypeLimits(registry, Time, _deadlines, settings);
        Ready = New();
    }

    public FakeTimeProvider Time { get; } = new();

    public TypeLimits Limits { get; }

    public ReadySet Ready { get; }

    /// <summary>The types whose lanes were opened again, in their order.</summary>
    public List<string> Opened { get; } = [];

    /// <summary>Of another queue with the same limits.</summary>
    public ReadySet New(string tenantTag = "tenant", int blockingPlaces = int.MaxValue)
    {
        ReadySet ready = null!;
        return ready = new ReadySet(tenantTag, Limits, lane =>
        {
            Opened.Add(lane.Type);
            ready.Open(lane);
        }, blockingPlaces);
    }

    public BackgroundTask Add(BackgroundTask task)
    {
        Ready.Add(task);
        return task;
    }

    public List<BackgroundTask> TakeAll()
    {
        var taken = new List<BackgroundTask>();
        while (Ready.TryTake(out var task))
            taken.Add(task);
        return taken;
    }

    public void Dispose() => _deadlines.Dispose();

    private sealed class TypeOptions(Dictionary<string, BackgroundTaskTypeOptions> options) : IOptionsMonitor<BackgroundTaskTypeOptions>
    {
        public BackgroundTaskTypeOptions CurrentValue => throw new NotSupportedException();

        public BackgroundTaskTypeOptions Get(string? name) => options[name!];

        public IDisposable? OnChange(Action<BackgroundTaskTypeOptions, string?> listener) => null;
    }
}

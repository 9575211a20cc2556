using System.Collections.Frozen;
using BackgroundTasks.TaskTypes;
using Microsoft.Extensions.Options;

namespace BackgroundTasks.Execution;

/// <summary>The limits of those types that have any, and the one of all tasks that have their last chance.</summary>
internal sealed class TypeLimits(TaskTypeRegistry types, TimeProvider timeProvider, Deadlines deadlines, IOptions<BackgroundTasksOptions> options)
{
    private readonly FrozenDictionary<string, TypeLimit> _limits = types.All
        .Where(type => type.Options.MaxConcurrency is not null || type.Options.RateLimit is not null)
        .ToFrozenDictionary(type => type.Name, type => new TypeLimit(
            type.Options.MaxConcurrency,
            type.Options.RateLimit is { } rate ? new TokenBucket(rate, timeProvider) : null,
            deadlines), StringComparer.Ordinal);

    private readonly FrozenSet<string> _blocking = types.All.Where(type => type.Options.Blocking).Select(type => type.Name).ToFrozenSet(StringComparer.Ordinal);

    public LastChance LastChance { get; } = new();

    public TypeLimit? Find(string type) => _limits.GetValueOrDefault(type);

    /// <summary>Whether its handler computes or blocks, and so needs a blocking place of its queue.</summary>
    public bool IsBlocking(string type) => _blocking.Count > 0 && _blocking.Contains(type);

    public LaneKey LaneOf(BackgroundTask task) => new(task.Type, task.HasLastChance(options.Value.MaxLostRuns));

    /// <summary>The run of a task that was taken from its lane is over, or never began. No lock may be held that a callback takes.</summary>
    public void Leave(BackgroundTask task, bool started)
    {
        Find(task.Type)?.Leave(started);
        if (LaneOf(task).IsLastChance)
            LastChance.Leave();
    }
}

using System.Collections.Frozen;
using BackgroundTasks.TaskTypes;

namespace BackgroundTasks.Execution;

/// <summary>The limits of those types that have any.</summary>
internal sealed class TypeLimits(TaskTypeRegistry types, TimeProvider timeProvider, Deadlines deadlines)
{
    private readonly FrozenDictionary<string, TypeLimit> _limits = types.All
        .Where(type => type.Options.MaxConcurrency is not null || type.Options.RateLimit is not null)
        .ToFrozenDictionary(type => type.Name, type => new TypeLimit(
            type.Options.MaxConcurrency,
            type.Options.RateLimit is { } rate ? new TokenBucket(rate, timeProvider) : null,
            deadlines), StringComparer.Ordinal);

    public TypeLimit? Find(string type) => _limits.GetValueOrDefault(type);
}

using Microsoft.Extensions.Options;

namespace BackgroundTasks.TaskTypes;

/// <summary>The task types of this process by name.</summary>
internal sealed class TaskTypeRegistry
{
    private readonly Dictionary<string, TaskType> _types = new(StringComparer.Ordinal);

    /// <summary>Null: several types take it.</summary>
    private readonly Dictionary<Type, TaskType?> _byPayload = [];

    public TaskTypeRegistry(IEnumerable<TaskType> types, IOptionsMonitor<BackgroundTaskTypeOptions> settings, IOptions<BackgroundTasksOptions> options)
    {
        foreach (var type in types)
        {
            if (!_types.TryAdd(type.Name, type))
                throw new OptionsValidationException(nameof(BackgroundTasksOptions), typeof(BackgroundTasksOptions), [$"The task type '{type.Name}' has two handlers. Register each type once."]);
            type.Options = settings.Get(type.Name);
            if (!options.Value.AllQueues().ContainsKey(type.Options.Queue))
                throw new OptionsValidationException(nameof(BackgroundTasksOptions), typeof(BackgroundTasksOptions), [$"The task type '{type.Name}' uses the queue '{type.Options.Queue}', which is not set up. Add BackgroundTasks:Queues:{type.Options.Queue}:Workers, or name one of: {string.Join(", ", options.Value.AllQueues().Keys)}."]);
            type.Prepare(options.Value.SerializerOptions);
            _byPayload[type.PayloadType] = _byPayload.ContainsKey(type.PayloadType) ? null : type;
        }
    }

    public IReadOnlyCollection<TaskType> All => _types.Values;

    public TaskType? Find(string name) => _types.GetValueOrDefault(name);

    public TaskType Get(string name) => Find(name)
        ?? throw new BackgroundTaskException($"This process has no handler for the task type '{name}'.");

    /// <summary>The one type that takes this payload.</summary>
    public TaskType GetByPayload(Type payload) => _byPayload.TryGetValue(payload, out var type)
        ? type ?? throw new BackgroundTaskRefusedException($"Several handlers take a payload of type {payload.Name}. Name the task type in the options.")
        : throw new BackgroundTaskRefusedException($"No handler takes a payload of type {payload.Name}. Register one with AddHandler.");
}

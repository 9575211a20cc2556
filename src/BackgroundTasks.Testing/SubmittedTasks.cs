using System.Text;
using System.Text.Json;
using BackgroundTasks.TaskTypes;

namespace BackgroundTasks.Testing;

/// <summary>What was accepted, in its order.</summary>
internal sealed class SubmittedTasks(TaskTypeRegistry types, JsonSerializerOptions serializer)
{
    private readonly Lock _lock = new();
    private readonly List<BackgroundTask> _tasks = [];

    public void Add(BackgroundTask task)
    {
        lock (_lock)
            _tasks.Add(task);
    }

    public IReadOnlyList<EnqueuedTask<TPayload>> Of<TPayload>(string? type)
    {
        var names = NamesOf(typeof(TPayload), type);
        return [.. All().Where(task => names.Contains(task.Type)).Select(task => new EnqueuedTask<TPayload>(Read<TPayload>(task), task))];
    }

    /// <summary>All of it, a line each, for the message of an assertion.</summary>
    public string Describe()
    {
        var tasks = All();
        return tasks.Length == 0
            ? "Nothing was enqueued."
            : $"Enqueued, in this order:{string.Concat(tasks.Select(task => $"{Environment.NewLine}  {task.Type} {Encoding.UTF8.GetString(task.Submission.Payload.Span)}"))}";
    }

    private BackgroundTask[] All()
    {
        lock (_lock)
            return [.. _tasks];
    }

    /// <summary>A name or a payload that no handler takes is a mistake of the test: it would never be found, and its absence would prove nothing.</summary>
    private HashSet<string> NamesOf(Type payload, string? type)
    {
        var names = types.All.Where(known => known.PayloadType == payload && (type is null || type == known.Name)).Select(known => known.Name).ToHashSet(StringComparer.Ordinal);
        return names.Count > 0
            ? names
            : throw new ArgumentException($"No handler{(type is null ? "" : $" of the type '{type}'")} takes a payload of type {payload.Name}. Known: {string.Join(", ", types.All.Select(known => $"{known.Name} ({known.PayloadType.Name})"))}.");
    }

    private TPayload Read<TPayload>(BackgroundTask task) => JsonSerializer.Deserialize<TPayload>(task.Submission.Payload.Span, serializer)!;
}

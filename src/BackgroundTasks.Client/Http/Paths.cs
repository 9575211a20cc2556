using System.Globalization;
using System.Text;

namespace BackgroundTasks.Client.Http;

/// <summary>Paths and queries of the service, relative to its address.</summary>
internal static class Paths
{
    public static string Task(string id) => $"tasks/{Segment(id)}";

    public static string TaskType(string name) => $"task-types/{Segment(name)}";

    public static string Queue(string name) => $"queues/{Segment(name)}";

    public static string Tasks(string path, TaskFilter? filter, string? pageToken = null)
    {
        filter ??= new();
        var query = new Query(path);
        query.Add(filter.Statuses, filter.Type, filter.Queue);
        foreach (var (key, value) in filter.Tags ?? new Dictionary<string, string>())
            query.Add("tag", $"{key}:{value}");
        query.Add("createdAfter", filter.CreatedAfter?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
        query.Add("createdBefore", filter.CreatedBefore?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
        query.Add("pageSize", filter.PageSize?.ToString(CultureInfo.InvariantCulture));
        query.Add("pageToken", pageToken);
        return query.ToString();
    }

    public static string Events(EventFilter? filter)
    {
        filter ??= new();
        var query = new Query("events");
        query.Add(filter.Statuses, filter.Type, filter.Queue);
        return query.ToString();
    }

    /// <summary>A dot, or two, would be another path, however it is escaped.</summary>
    private static string Segment(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return name is "." or ".." ? throw new ArgumentException($"'{name}' is neither an id nor a name.", nameof(name)) : Uri.EscapeDataString(name);
    }

    private sealed class Query(string path)
    {
        private readonly StringBuilder _text = new(path);
        private char _separator = '?';

        public void Add(IReadOnlyCollection<BackgroundTaskStatus> statuses, string? type, string? queue)
        {
            // The names on the wire are those of the enumeration in lower case; its attributes say so to the serializer.
            if (statuses.Count > 0)
                Add("status", string.Join(',', statuses.Select(static status => status.ToString().ToLowerInvariant())));
            Add("type", type);
            Add("queue", queue);
        }

        public void Add(string name, string? value)
        {
            if (value is null)
                return;
            _text.Append(_separator).Append(name).Append('=').Append(Uri.EscapeDataString(value));
            _separator = '&';
        }

        public override string ToString() => _text.ToString();
    }
}

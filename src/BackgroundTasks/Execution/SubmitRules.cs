using BackgroundTasks.TaskTypes;

namespace BackgroundTasks.Execution;

/// <summary>What a submit must keep to, whichever way it came. Errors are keyed by JSON path.</summary>
internal static class SubmitRules
{
    private const int MaxTags = 16;
    private const int MaxTagLength = 128;

    public static Dictionary<string, string[]> Check(TaskType type, ReadOnlyMemory<byte> payload, BackgroundTaskSubmitOptions submit, BackgroundTasksOptions options)
    {
        var errors = payload.Length > options.MaxPayloadBytes
            ? new() { ["payload"] = [$"It has {payload.Length} bytes of JSON; at most {options.MaxPayloadBytes} are accepted (BackgroundTasks:MaxPayloadBytes)."] }
            : type.Validate(payload) ?? [];
        if (submit.Queue is { } queue && options.AllQueues() is var queues && !queues.ContainsKey(queue))
            errors["queue"] = [$"Unknown queue. Known: {string.Join(", ", queues.Keys)}."];
        if (submit.Tags is { } tags)
            CheckTags(tags, errors);
        return errors;
    }

    private static void CheckTags(IReadOnlyDictionary<string, string> tags, Dictionary<string, string[]> errors)
    {
        if (tags.Count > MaxTags)
            errors["tags"] = [$"There are {tags.Count} tags; at most {MaxTags} are accepted."];
        foreach (var (key, value) in tags.Take(MaxTags))
        {
            if (key.Length is 0 or > MaxTagLength || key.Contains(':', StringComparison.Ordinal))
                errors["tags"] = [$"A key has 1 to {MaxTagLength} characters and no colon."];
            else if (value is null || value.Length > MaxTagLength)
                errors[$"tags.{key}"] = [$"A value is a string of up to {MaxTagLength} characters."];
        }
    }
}

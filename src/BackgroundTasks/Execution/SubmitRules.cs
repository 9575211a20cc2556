using BackgroundTasks.Payloads;
using BackgroundTasks.TaskTypes;

namespace BackgroundTasks.Execution;

/// <summary>What a submit must keep to, whichever way it came. Errors are keyed by JSON path.</summary>
internal static class SubmitRules
{
    /// <summary>A typing error in a year must not bury a task for ever.</summary>
    public static readonly TimeSpan LongestDelay = TimeSpan.FromDays(3_653);

    private const int MaxPriority = 100;
    private const int MaxAttempts = 100;
    private const int MaxUniqueKeyLength = 255;
    public const int MaxTagLength = 128;
    public const int MaxTags = 16;
    private const string NotText = "It is not valid Unicode: it has half of a surrogate pair.";

    /// <summary>Null if it keeps to all.</summary>
    public static Dictionary<string, string[]>? Check(TaskType type, ReadOnlyMemory<byte> payload, BackgroundTaskSubmitOptions submit, BackgroundTasksOptions options, DateTimeOffset now, out object? bound)
    {
        bound = null;
        var errors = new SubmitErrors(payload.Length > options.MaxPayloadBytes ? null : LoneSurrogates.Find(payload.Span, "payload")?.ToDictionary() ?? type.Validate(payload, out bound));
        if (payload.Length > options.MaxPayloadBytes)
            errors["payload"] = $"It has {payload.Length} bytes of JSON; at most {options.MaxPayloadBytes} are accepted (BackgroundTasks:MaxPayloadBytes).";
        if (submit.Queue is { } queue && options.AllQueues() is var queues && !queues.ContainsKey(queue))
            errors["queue"] = $"Unknown queue. Known: {string.Join(", ", queues.Keys)}.";
        if (submit.Tags is { } tags)
            CheckTags(tags, ref errors);
        CheckNumbers(submit, ref errors);
        CheckTimes(submit, now, ref errors);
        return errors.All;
    }

    private static void CheckNumbers(BackgroundTaskSubmitOptions submit, ref SubmitErrors errors)
    {
        if (submit.Priority is < -MaxPriority or > MaxPriority)
            errors["priority"] = $"It is a whole number from -{MaxPriority} to {MaxPriority}.";
        if (submit.MaxAttempts is < 1 or > MaxAttempts)
            errors["maxAttempts"] = $"It is a whole number from 1 to {MaxAttempts}.";
        if (submit.UniqueKey is { Length: 0 or > MaxUniqueKeyLength })
            errors["uniqueKey"] = $"It has 1 to {MaxUniqueKeyLength} characters.";
        else if (submit.UniqueKey is { } key && !PayloadText.IsText(key))
            errors["uniqueKey"] = NotText;
    }

    private static void CheckTimes(BackgroundTaskSubmitOptions submit, DateTimeOffset now, ref SubmitErrors errors)
    {
        if (submit.Timeout is { } timeout && (timeout <= TimeSpan.Zero || timeout > LongestDelay))
            errors["timeoutSeconds"] = "It is a number of seconds, more than zero and at most ten years.";
        if (submit.Delay is { } delay && (delay < TimeSpan.Zero || delay > LongestDelay))
            errors["delaySeconds"] = "It is a number of seconds from zero to ten years.";
        if (submit.ScheduledFor is { } time && time - now > LongestDelay)
            errors["scheduledFor"] = "It is a time within ten years.";
        if (submit is { Delay: not null, ScheduledFor: not null })
            errors["scheduledFor"] = "Give a delay or a time, not both.";
    }

    private static void CheckTags(IReadOnlyDictionary<string, string> tags, ref SubmitErrors errors)
    {
        if (tags.Count > MaxTags)
            errors["tags"] = $"There are {tags.Count} tags; at most {MaxTags} are accepted.";
        foreach (var (key, value) in tags as TaskTags ?? new TaskTags([.. tags.Take(MaxTags)]))
        {
            if (key.Length is 0 or > MaxTagLength || key.Contains(':', StringComparison.Ordinal))
                errors["tags"] = $"A key has 1 to {MaxTagLength} characters and no colon.";
            else if (value is null || value.Length > MaxTagLength)
                errors[$"tags.{key}"] = $"A value is a string of up to {MaxTagLength} characters.";
            else if (!PayloadText.IsText(key) || !PayloadText.IsText(value))
                errors[$"tags.{key}"] = NotText;
        }
    }
}

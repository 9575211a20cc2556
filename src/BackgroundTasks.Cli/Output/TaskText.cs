using System.Globalization;
using BackgroundTasks.Client;

namespace BackgroundTasks.Cli;

/// <summary>A task in words.</summary>
internal static class TaskText
{
    public static string Status(BackgroundTaskSnapshot task) => task.Status.ToString().ToLowerInvariant();

    public static string Percent(BackgroundTaskSnapshot task) =>
        task.Progress?.Percent is { } percent ? string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(percent):0}%") : "";

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    public static string Error(TaskError error) => $"{error.Type}: {error.Message}";

    public static string Result(BackgroundTaskSnapshot task) =>
        task.Result is { } result ? System.Text.Json.JsonSerializer.Serialize(result, CliJson.Readable.JsonElement) : "null";

    /// <summary>What there is to tell beside its status: how far it is, what came of it, or why nothing did.</summary>
    public static string News(BackgroundTaskSnapshot task) => task.Status switch
    {
        BackgroundTaskStatus.Succeeded => Result(task),
        BackgroundTaskStatus.Failed when task.Error is { } error => Error(error),
        BackgroundTaskStatus.Scheduled when task.ScheduledFor is { } time => $"for {Time(time)}{(task.Error is { } error ? $" after {Error(error)}" : "")}",
        BackgroundTaskStatus.Running when task.CancelRequested => "asked to stop",
        BackgroundTaskStatus.Running => $"{Percent(task)} {task.Progress?.Message}".Trim(),
        _ => "",
    };

    /// <summary>Which task, where it stands, and what there is to tell.</summary>
    public static string Line(BackgroundTaskSnapshot task, string? type = null) =>
        Screen.OneLine(string.Join(' ', ((string?[])[task.Id, type, Status(task), News(task)]).Where(static part => !string.IsNullOrEmpty(part))));

    /// <summary>A span in its largest unit: 12s, 3m, 5h, 40d.</summary>
    public static string Age(TimeSpan span) => span switch
    {
        { TotalDays: >= 2 } => string.Create(CultureInfo.InvariantCulture, $"{(long)span.TotalDays}d"),
        { TotalHours: >= 2 } => string.Create(CultureInfo.InvariantCulture, $"{(long)span.TotalHours}h"),
        { TotalMinutes: >= 2 } => string.Create(CultureInfo.InvariantCulture, $"{(long)span.TotalMinutes}m"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, (long)span.TotalSeconds)}s"),
    };

    /// <summary>All of it, a line each.</summary>
    public static IEnumerable<(string Name, string Value)> Details(BackgroundTaskSnapshot task)
    {
        yield return ("id", task.Id);
        yield return ("type", task.Type);
        yield return ("queue", task.Queue);
        yield return ("status", task.CancelRequested && !task.HasEnded ? $"{Status(task)}, asked to stop" : Status(task));
        if (task.Priority != 0)
            yield return ("priority", task.Priority.ToString(CultureInfo.InvariantCulture));
        yield return ("attempt", string.Create(CultureInfo.InvariantCulture, $"{task.Attempt} of {task.MaxAttempts}"));
        if (task.LostRuns > 0)
            yield return ("lost runs", task.LostRuns.ToString(CultureInfo.InvariantCulture));
        if (task.Progress is { } progress)
            yield return ("progress", $"{Percent(task)} {progress.Message}".Trim());
        foreach (var (name, time) in Times(task))
            yield return (name, Time(time));
        if (task.Tags.Count > 0)
            yield return ("tags", string.Join(' ', task.Tags.Select(static tag => $"{tag.Key}={tag.Value}")));
        if (task.Error is { } error)
            yield return ("error", $"{Error(error)} (attempt {error.Attempt})");
        if (task.Status is BackgroundTaskStatus.Succeeded)
            yield return ("result", Result(task));
    }

    private static IEnumerable<(string Name, DateTimeOffset Time)> Times(BackgroundTaskSnapshot task)
    {
        yield return ("created", task.CreatedAt);
        if (task.ScheduledFor is { } scheduled)
            yield return ("scheduled", scheduled);
        if (task.StartedAt is { } started)
            yield return ("started", started);
        if (task.FinishedAt is { } finished)
            yield return ("finished", finished);
        if (task.ExpiresAt is { } expires)
            yield return ("expires", expires);
    }
}

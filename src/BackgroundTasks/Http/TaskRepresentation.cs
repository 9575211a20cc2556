using System.Collections.ObjectModel;
using System.Globalization;

namespace BackgroundTasks.Http;

/// <summary>Makes what clients see of a task.</summary>
internal static class TaskRepresentation
{
    public static TaskResponse Of(BackgroundTask task, string prefix, TimeSpan retention)
    {
        var self = SelfOf(prefix, task.Id);
        return new TaskResponse
        {
            Id = task.Id.ToString("N"),
            Type = task.Type,
            Queue = task.Queue,
            Status = task.State,
            Version = task.Version,
            Priority = task.Submission.Priority,
            Attempt = task.Attempt,
            MaxAttempts = task.Submission.MaxAttempts,
            LostRuns = task.LostRuns,
            Progress = ProgressOf(task),
            CreatedAt = task.Submission.CreatedAt.UtcDateTime,
            ScheduledFor = task.ScheduledFor?.UtcDateTime,
            StartedAt = task.StartedAt?.UtcDateTime,
            FinishedAt = task.FinishedAt?.UtcDateTime,
            ExpiresAt = (task.FinishedAt + retention)?.UtcDateTime,
            CancelRequested = task.CancelRequested,
            Result = new RawJson(task.Result),
            Error = task.Error is { } error ? new(error.Type, error.Message, error.Attempt) : null,
            Tags = task.Submission.Tags ?? ReadOnlyDictionary<string, string>.Empty,
            Links = new(
                self,
                $"{self}/events",
                task.IsTerminal ? null : $"{self}/cancel",
                task.State is BackgroundTaskState.Failed or BackgroundTaskState.Canceled ? $"{self}/retry" : null),
        };
    }

    public static string SelfOf(string prefix, Guid id) => $"{prefix}/tasks/{id:N}";

    /// <summary>New with every visible change: of state, and of progress.</summary>
    public static string ETagOf(BackgroundTask task) => $"W/\"{EventIdOf(task)}\"";

    /// <summary>The inside of the entity tag.</summary>
    public static string EventIdOf(BackgroundTask task) =>
        string.Create(CultureInfo.InvariantCulture, $"{task.Version}.{task.Progress?.Number ?? 0}");

    public static TaskProgressResponse? ProgressOf(BackgroundTask task) =>
        task.Progress is { } progress ? new(progress.Percent, progress.Message) : null;
}

using System.Text;
using System.Text.Json;
using BackgroundTasks.Http;
using CsCheck;

namespace BackgroundTasks.Tests.Http;

/// <summary>A task is written without the object that describes it to clients, and looks as if that had been serialized.</summary>
public class TaskJsonTests
{
    private static readonly TimeSpan Retention = TimeSpan.FromHours(24);

    private static readonly Gen<string> Texts = Gen.String[Gen.OneOf(Gen.OneOf("\"\\/<>&+'`\b\n\r\t\0\u007f\u0085é日\u2028\ud83d\ude00\uffff".ToCharArray()), Gen.Char['a', 'z'], Gen.Char), 0, 20];

    private static readonly Gen<DateTimeOffset> Times = Gen.OneOf(
        Gen.Long[0, TimeSpan.FromDays(36_500).Ticks].Select(static ticks => new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero).AddTicks(ticks)),
        Gen.Int[0, 1_000_000].Select(static seconds => new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.FromHours(2)).AddMilliseconds(seconds * 10L)));

    private static readonly Gen<ReadOnlyMemory<byte>> Results = Gen.OneOf("", "null", "0.10", "\"\\ud83d\\ude00 é\"", "{\"a\": [1, {}],\n  \"b\":\t\"<\"}")
        .Select(static json => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(json));

    private static readonly Gen<BackgroundTaskProgress> Progress =
        Gen.Select(Gen.OneOf(Gen.Double[0, 100], Gen.OneOf(0d, 100d, 33.333333333333336, 1e-7)).Nullable(), Texts.Null(), static (percent, message) => new BackgroundTaskProgress(1, percent, message));

    private static readonly Gen<BackgroundTaskError> Errors = Gen.Select(Texts, Texts, Gen.Int, static (type, message, attempt) => new BackgroundTaskError(type, message, attempt));

    private static readonly Gen<BackgroundTaskSubmission> Submissions = Gen.Select(
        Gen.Guid, Texts, Texts, Times, Gen.Int, Gen.Int, Gen.Dictionary(Texts, Texts)[0, 4].Null(),
        static (id, type, queue, created, priority, maxAttempts, tags) => new BackgroundTaskSubmission
        {
            Id = id,
            Type = type,
            Queue = queue,
            CreatedAt = created,
            Priority = priority,
            MaxAttempts = maxAttempts,
            Tags = tags,
        });

    private static readonly Gen<BackgroundTask> Tasks = Gen.Select(
        Gen.Select(Submissions, Gen.Enum<BackgroundTaskState>(), Gen.Long, Gen.Int, Gen.Int, Gen.Bool),
        Gen.Select(Times.Nullable(), Times.Nullable(), Times.Nullable()),
        Gen.Select(Results, Errors.Null(), Progress.Null()),
        static (what, when, came) => new BackgroundTask
        {
            Submission = what.Item1,
            State = what.Item2,
            Version = what.Item3,
            Attempt = what.Item4,
            LostRuns = what.Item5,
            CancelRequested = what.Item6,
            ScheduledFor = when.Item1,
            StartedAt = when.Item2,
            FinishedAt = when.Item3,
            Result = came.Item1,
            Error = came.Item2,
            Progress = came.Item3,
        });

    [Fact]
    public void Any_task_is_written_as_its_description_is_serialized() =>
        Gen.Select(Tasks, Gen.OneOf("", "/jobs", $"/{new string('p', 300)}/%C3%A9")).Sample(static (task, prefix) =>
            Assert.Equal(JsonSerializer.Serialize(Described(task, prefix), TaskJsonContext.Default.TaskResponse), Written(task, prefix)));

    private static string Written(BackgroundTask task, string prefix)
    {
        using var json = JsonBuffer.Rent();
        TaskJson.Write(json.Writer, task, prefix, Retention);
        return Encoding.UTF8.GetString(json.Utf8.Span);
    }

    private static TaskResponse Described(BackgroundTask task, string prefix)
    {
        var self = $"{prefix}/tasks/{task.Id:N}";
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
            Progress = task.Progress is { } progress ? new(progress.Percent, progress.Message) : null,
            CreatedAt = task.Submission.CreatedAt.UtcDateTime,
            ScheduledFor = task.ScheduledFor?.UtcDateTime,
            StartedAt = task.StartedAt?.UtcDateTime,
            FinishedAt = task.FinishedAt?.UtcDateTime,
            ExpiresAt = (task.FinishedAt + Retention)?.UtcDateTime,
            CancelRequested = task.CancelRequested,
            Result = new RawJson(task.Result),
            Error = task.Error is { } error ? new(error.Type, error.Message, error.Attempt) : null,
            Tags = task.Submission.Tags ?? new Dictionary<string, string>(),
            Links = new(
                self,
                $"{self}/events",
                task.IsTerminal ? null : $"{self}/cancel",
                task.State is BackgroundTaskState.Failed or BackgroundTaskState.Canceled ? $"{self}/retry" : null),
        };
    }
}

using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace BackgroundTasks.Tests.Stores;

/// <summary>Makes tasks as a queue would, on a clock that moves only when told.</summary>
internal sealed class SampleTasks
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, 123, TimeSpan.Zero);
    private readonly BackgroundTaskIds _ids;

    public SampleTasks() => _ids = new(Clock);

    public FakeTimeProvider Clock { get; } = new(Start);

    public DateTimeOffset Now => Clock.GetUtcNow();

    public void StartAfter(Guid id) => _ids.StartAfter(id);

    public BackgroundTask Queued(
        string type = "resize", string queue = "default", string? key = null, IReadOnlyDictionary<string, string>? tags = null, int payload = 20) =>
        BackgroundTask.Create(new()
        {
            Id = _ids.Next(),
            Type = type,
            Queue = queue,
            Payload = Json(payload),
            CreatedAt = Now,
            IdempotencyKey = key,
            Tags = tags,
        });

    public BackgroundTask Done(BackgroundTask queued, BackgroundTaskState state, int result = 100) => state switch
    {
        BackgroundTaskState.Succeeded => queued.Start("node", Now)!.Succeed(Json(result), Now)!,
        BackgroundTaskState.Failed => queued.Start("node", Now)!.Fail(new("InvalidOperationException", "No.", queued.Attempt + 1), Now)!,
        _ => queued.Cancel(Now)!,
    };

    public BackgroundTask Succeeded(int result = 100) => Done(Queued(), BackgroundTaskState.Succeeded, result);

    public BackgroundTask Failed(int payload = 20) => Done(Queued(payload: payload), BackgroundTaskState.Failed);

    /// <summary>Queued again by hand.</summary>
    public BackgroundTask Retried(BackgroundTask task) => new()
    {
        Submission = task.Submission,
        State = BackgroundTaskState.Queued,
        Version = task.Version + 1,
        Run = task.Run,
        QueuedAt = Now,
    };

    public static byte[] Json(int length) => length < 2 ? [] : Encoding.ASCII.GetBytes('"' + new string('x', length - 2) + '"');

    /// <summary>An id of this sequence, with random bits that differ from those of every other call.</summary>
    public Guid IdWithSequence(uint sequence)
    {
        Span<byte> bytes = stackalloc byte[16];
        _ids.Next().TryWriteBytes(bytes, bigEndian: true, out _);
        bytes[6] = (byte)(0x70 | (sequence >> 28));
        bytes[7] = (byte)(sequence >> 20);
        bytes[8] = (byte)(0x80 | ((sequence >> 14) & 0x3F));
        bytes[9] = (byte)(sequence >> 6);
        bytes[10] = (byte)((sequence << 2) | (bytes[10] & 3u));
        return new(bytes, bigEndian: true);
    }
}

using System.Buffers;
using System.Text.Json;

namespace BackgroundTasks.Sqlite;

/// <summary>Writes the texts of a task into buffers that are used again.</summary>
internal sealed class TaskText : IDisposable
{
    private readonly ArrayBufferWriter<byte> _standing = new(256);
    private readonly ArrayBufferWriter<byte> _submission = new(256);
    private readonly Utf8JsonWriter _writer = new(Stream.Null);

    /// <summary>The standing of the task that was written last.</summary>
    public ReadOnlySpan<byte> Standing => _standing.WrittenSpan;

    public void Write(BackgroundTask task)
    {
        _standing.ResetWrittenCount();
        _writer.Reset(_standing);
        StandingText.Write(_writer, task);
        _writer.Flush();
    }

    public ReadOnlySpan<byte> Submission(BackgroundTaskSubmission submission)
    {
        _submission.ResetWrittenCount();
        _writer.Reset(_submission);
        SubmissionText.Write(_writer, submission);
        _writer.Flush();
        return _submission.WrittenSpan;
    }

    public void Dispose() => _writer.Dispose();
}

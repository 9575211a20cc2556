using System.Text;

namespace BackgroundTasks.Benchmarks;

/// <summary>Tasks as clients submit them: a payload of 100 bytes, and a trace.</summary>
internal sealed class SampleTask
{
    public static readonly byte[] Result = Encoding.UTF8.GetBytes($"\"{new string('r', 98)}\"");
    private static readonly byte[] Payload = Encoding.UTF8.GetBytes($"{{\"text\":\"{new string('p', 89)}\"}}");
    private readonly BackgroundTaskIds _ids = new(TimeProvider.System);

    /// <summary>What a record of one takes in a file of its own.</summary>
    public static byte[] Record { get; } = new byte[300];

    public BackgroundTask Next() => BackgroundTask.Create(new BackgroundTaskSubmission
    {
        Id = _ids.Next(),
        Type = "echo",
        Queue = "default",
        Payload = Payload,
        CreatedAt = TimeProvider.System.GetUtcNow(),
        TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    });
}

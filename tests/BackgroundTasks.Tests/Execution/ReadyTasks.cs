namespace BackgroundTasks.Tests.Execution;

/// <summary>Makes queued tasks, for what orders them.</summary>
internal static class ReadyTasks
{
    private static readonly BackgroundTaskIds Ids = new(TimeProvider.System);

    public static BackgroundTask New(string type = "x", string? tenant = null, int priority = 0) => BackgroundTask.Create(new BackgroundTaskSubmission
    {
        Id = Ids.Next(),
        Type = type,
        Queue = "default",
        Priority = priority,
        Tags = tenant is null ? null : new Dictionary<string, string> { ["tenant"] = tenant },
        CreatedAt = TimeProvider.System.GetUtcNow(),
    });

    public static string? TenantOf(BackgroundTask task) => task.Submission.Tags?["tenant"];
}

namespace BackgroundTasks.Api.Images;

/// <summary>What images log.</summary>
internal static partial class ImageLog
{
    /// <summary>Files stay behind.</summary>
    [LoggerMessage(2101, LogLevel.Warning, "The image files of task {TaskId} could not be swept; they are looked at again at the next start", EventName = "ImageSweepFailed")]
    public static partial void SweepFailed(ILogger logger, string taskId, Exception exception);
}

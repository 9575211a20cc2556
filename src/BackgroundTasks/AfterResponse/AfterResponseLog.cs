using Microsoft.Extensions.Logging;

namespace BackgroundTasks.AfterResponse;

/// <summary>What the work after responses logs: event ids 200 to 219.</summary>
internal static partial class AfterResponseLog
{
    [LoggerMessage(200, LogLevel.Error, "Work after a response failed; the rest of its request's work still runs.", EventName = "AfterResponseFailed")]
    public static partial void Failed(this ILogger logger, Exception exception);

    [LoggerMessage(201, LogLevel.Error, "Work after a response returned null in place of a task; the rest of its request's work still runs.", EventName = "AfterResponseNoTask")]
    public static partial void NoTask(this ILogger logger);

    [LoggerMessage(202, LogLevel.Information, "{Count} pieces of work do not run after their response: an exception left the endpoint.", EventName = "AfterResponseDiscarded")]
    public static partial void Discarded(this ILogger logger, int count);

    [LoggerMessage(203, LogLevel.Warning, "{Count} pieces of work after a response are lost: the process stops and the drain time is over. What of them was running has been told to stop.", EventName = "AfterResponseLost")]
    public static partial void Lost(this ILogger logger, int count);

    [LoggerMessage(204, LogLevel.Warning, "{Count} pieces of work after a response are lost: they came when the drain time was over.", EventName = "AfterResponseTooLate")]
    public static partial void TooLate(this ILogger logger, int count);

    [LoggerMessage(205, LogLevel.Warning, "Telling work after a response to stop failed: something that it had registered on its token threw.", EventName = "AfterResponseStopFailed")]
    public static partial void StopFailed(this ILogger logger, Exception exception);
}

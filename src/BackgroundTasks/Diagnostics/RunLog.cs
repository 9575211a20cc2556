using System.Globalization;
using Microsoft.Extensions.Logging;

namespace BackgroundTasks.Diagnostics;

/// <summary>
/// The lines of each run: its start at Debug; its end at Information, or at Warning if it failed. Nothing is made for a level that is off.
/// Nothing is thrown: a logger that does must not decide how a run ends.
/// </summary>
internal sealed partial class RunLog(ILogger logger)
{
    /// <summary>Whether the end of a run is logged, so that its duration is wanted.</summary>
    public bool IsEnabled
    {
        get
        {
            try
            {
                return logger.IsEnabled(LogLevel.Warning);
            }
            catch (Exception)
            {
                // The boundary to the logger, and what would be told has not happened yet.
                return false;
            }
        }
    }

    public IDisposable? BeginScope(BackgroundTask started)
    {
        try
        {
            return logger.BeginScope(new RunScope(started));
        }
        catch (Exception exception)
        {
            Report(started, exception);
            return null;
        }
    }

    public void Started(BackgroundTask started)
    {
        try
        {
            if (logger.IsEnabled(LogLevel.Debug))
                Started(logger, started.Type, started.Id.ToString("N"), started.Attempt);
        }
        catch (Exception exception)
        {
            Report(started, exception);
        }
    }

    /// <summary>The end of a run is stored, or was found to be somebody else's.</summary>
    /// <param name="started">The run.</param>
    /// <param name="ended">The task as it is then; null if it is gone.</param>
    /// <param name="changed">Whether this run made it so.</param>
    /// <param name="exception">What its handler threw, if that is to be shown.</param>
    /// <param name="duration">How long it took.</param>
    public void Ended(BackgroundTask started, BackgroundTask? ended, bool changed, Exception? exception, TimeSpan duration)
    {
        try
        {
            var outcome = changed ? RunOutcome.Of(started, ended) : TelemetryNames.Lost;
            if (outcome is TelemetryNames.Failed && logger.IsEnabled(LogLevel.Warning))
                Failed(started, ended!, exception, (long)duration.TotalMilliseconds);
            else if (outcome is not TelemetryNames.Failed && logger.IsEnabled(LogLevel.Information))
                Finished(logger, started.Type, started.Id.ToString("N"), outcome, started.Attempt, (long)duration.TotalMilliseconds);
        }
        catch (Exception fault)
        {
            Report(started, fault);
        }
    }

    private void Report(BackgroundTask task, Exception exception) =>
        SafeLog.Write(() => Log.RunFailed(logger, task.Type, task.Id.ToString("N"), exception));

    private void Failed(BackgroundTask started, BackgroundTask ended, Exception? exception, long milliseconds)
    {
        var error = exception is null ? $"{ended.Error?.Type}: {ended.Error?.Message}" : $"{exception.GetType().Name}: {exception.Message}";
        if (ended.ScheduledFor is { } next)
            FailedForNow(logger, started.Type, started.Id.ToString("N"), started.Attempt, started.Submission.MaxAttempts, milliseconds, error.TrimEnd('.'), next.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture), exception);
        else
            FailedForGood(logger, started.Type, started.Id.ToString("N"), started.Attempt, started.Submission.MaxAttempts, milliseconds, error, exception);
    }

    [LoggerMessage(140, LogLevel.Debug, "Task {TaskType} {TaskId} started, attempt {Attempt}", EventName = "RunStarted")]
    private static partial void Started(ILogger logger, string taskType, string taskId, int attempt);

    [LoggerMessage(141, LogLevel.Information, "Task {TaskType} {TaskId} {Outcome}, attempt {Attempt}, {Milliseconds} ms", EventName = "RunFinished", SkipEnabledCheck = true)]
    private static partial void Finished(ILogger logger, string taskType, string taskId, string outcome, int attempt, long milliseconds);

    [LoggerMessage(100, LogLevel.Warning, "Task {TaskType} {TaskId} failed, attempt {Attempt} of {MaxAttempts}, {Milliseconds} ms: {Error}", EventName = "AttemptFailed", SkipEnabledCheck = true)]
    private static partial void FailedForGood(ILogger logger, string taskType, string taskId, int attempt, int maxAttempts, long milliseconds, string error, Exception? exception);

    [LoggerMessage(142, LogLevel.Warning, "Task {TaskType} {TaskId} failed, attempt {Attempt} of {MaxAttempts}, {Milliseconds} ms: {Error}; next attempt at {NextAttempt}", EventName = "AttemptFailedForNow", SkipEnabledCheck = true)]
    private static partial void FailedForNow(ILogger logger, string taskType, string taskId, int attempt, int maxAttempts, long milliseconds, string error, string nextAttempt, Exception? exception);
}

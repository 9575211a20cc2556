namespace BackgroundTasks.Api.Hosting;

/// <summary>The lines of a start and of a stop.</summary>
internal static partial class HostingLog
{
    /// <summary>In the words of ASP.NET Core: editors and scripts wait for them to open the page.</summary>
    [LoggerMessage(2200, LogLevel.Information, "Now listening on: {Address}", EventName = "Listening")]
    public static partial void Listening(ILogger logger, string address);

    [LoggerMessage(2201, LogLevel.Information, "Swagger: {Address}", EventName = "Swagger")]
    public static partial void Swagger(ILogger logger, string address);

    [LoggerMessage(2202, LogLevel.Information, "Data folder: {Path}", EventName = "DataFolder")]
    public static partial void DataFolder(ILogger logger, string path);

    [LoggerMessage(2203, LogLevel.Information, "Tasks are kept in memory: they are lost when the process ends", EventName = "InMemory")]
    public static partial void InMemory(ILogger logger);

    [LoggerMessage(2204, LogLevel.Information, "Queues: {Queues}", EventName = "Queues")]
    public static partial void Queues(ILogger logger, string queues);

    [LoggerMessage(2205, LogLevel.Information, "Started. Press Ctrl-C to stop", EventName = "Started")]
    public static partial void Serving(ILogger logger);

    [LoggerMessage(2210, LogLevel.Information, "Stopping", EventName = "Stopping")]
    public static partial void Stopping(ILogger logger);

    [LoggerMessage(2211, LogLevel.Information, "Stopping: waiting up to {Seconds} s for {Running} running and {Queued} queued tasks", EventName = "Draining")]
    public static partial void Draining(ILogger logger, long running, long queued, double seconds);

    [LoggerMessage(2212, LogLevel.Information, "Stopping: waiting up to {Seconds} s for {Running} running and {Queued} queued tasks. Press Ctrl-C again to end at once", EventName = "DrainingByKeyboard")]
    public static partial void StoppingByKeyboard(ILogger logger, long running, long queued, double seconds);

    [LoggerMessage(2213, LogLevel.Information, "Stopped", EventName = "Stopped")]
    public static partial void Stopped(ILogger logger);

    [LoggerMessage(2214, LogLevel.Information, "Stopped before {Unfinished} tasks had finished; they will run again at the next start", EventName = "StoppedBeforeTheEnd")]
    public static partial void StoppedBeforeTheEnd(ILogger logger, long unfinished);

    [LoggerMessage(2215, LogLevel.Warning, "Stopped; {Lost} unfinished tasks are lost, because they were kept in memory", EventName = "StoppedWithLoss")]
    public static partial void StoppedWithLoss(ILogger logger, long lost);
}

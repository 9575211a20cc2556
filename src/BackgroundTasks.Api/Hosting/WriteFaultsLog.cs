namespace BackgroundTasks.Api.Hosting;

/// <summary>What is logged about files that cannot be written: event ids 2300 to 2309.</summary>
internal static partial class WriteFaultsLog
{
    /// <summary>The first write that failed.</summary>
    [LoggerMessage(2300, LogLevel.Error, "{File} in the data folder cannot be written: {Reason} Health is Degraded until a write works.", EventName = "FileCannotBeWritten")]
    public static partial void CannotWrite(ILogger logger, string file, string reason, Exception exception);

    /// <summary>The first write that worked after it.</summary>
    [LoggerMessage(2301, LogLevel.Information, "{File} in the data folder can be written again", EventName = "FileCanBeWrittenAgain")]
    public static partial void CanWriteAgain(ILogger logger, string file);
}

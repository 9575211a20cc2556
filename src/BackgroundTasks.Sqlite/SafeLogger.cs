using Microsoft.Extensions.Logging;

namespace BackgroundTasks.Sqlite;

/// <summary>
/// A logger that lets nothing out that another one throws, as one does whose own disk is full: it would end the one writer, and nothing would be stored any more.
/// </summary>
internal sealed class SafeLogger(ILogger logger) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel)
    {
        try
        {
            return logger.IsEnabled(logLevel);
        }
        catch (Exception)
        {
            // The boundary to the logger.
            return false;
        }
    }

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        try
        {
            logger.Log(logLevel, eventId, state, exception, formatter);
        }
        catch (Exception)
        {
            // The boundary to the logger: nobody is left to tell.
        }
    }
}

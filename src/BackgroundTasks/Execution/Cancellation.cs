namespace BackgroundTasks.Execution;

/// <summary>Tells a cancellation in whatever shape it comes.</summary>
internal static class Cancellation
{
    /// <summary>Whether an exception is a cancellation or wraps one. Several at once are one only if each of them is: a failure among them stays a failure.</summary>
    public static bool IsCauseOf(Exception? exception) => exception switch
    {
        OperationCanceledException => true,
        AggregateException { InnerExceptions.Count: > 0 } several => several.InnerExceptions.All(IsCauseOf),
        _ => exception is not null && IsCauseOf(exception.InnerException),
    };
}

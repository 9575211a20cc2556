namespace BackgroundTasks.Testing;

/// <summary>When the tasks of a test run.</summary>
public enum BackgroundTaskTestMode
{
    /// <summary>Nothing runs until <see cref="BackgroundTaskTesting.DrainAsync"/>.</summary>
    Hold,

    /// <summary>A task that is due runs before the call that queued it returns: the submit, the retry, or the move of the clock. Over HTTP the answer to a submit shows it as it was accepted.</summary>
    Inline,
}

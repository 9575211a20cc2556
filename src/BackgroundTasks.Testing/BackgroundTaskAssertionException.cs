namespace BackgroundTasks.Testing;

/// <summary>What a test expected of the enqueued tasks is not so. The message lists what was enqueued. Any test framework takes it as a failure.</summary>
/// <param name="message">What was expected, and what there was.</param>
public sealed class BackgroundTaskAssertionException(string message) : Exception(message);

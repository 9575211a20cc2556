namespace BackgroundTasks;

/// <summary>Why an attempt failed, as clients see it. Never a stack trace.</summary>
/// <param name="Type"><c>timeout</c>, <c>lost</c>, or the exception's short type name.</param>
/// <param name="Message">What the reader can act on.</param>
/// <param name="Attempt">The attempt that failed, from 1.</param>
public sealed record BackgroundTaskError(string Type, string Message, int Attempt)
{
    internal static BackgroundTaskError Lost(int runs, int attempt) => new(
        "lost",
        runs == 1
            ? "The process ended while the task ran, so it is not started again. Find out what ended the process, then retry the task."
            : $"The process ended {runs} times while the task ran, so it is not started again. Find out whether its handler ends the process (memory, a native crash), then retry the task.",
        attempt);
}

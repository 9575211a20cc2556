namespace BackgroundTasks;

/// <summary>Why an attempt failed, as clients see it. Never a stack trace.</summary>
/// <param name="Type"><c>timeout</c>, <c>lost</c>, or the exception's short type name.</param>
/// <param name="Message">What the reader can act on.</param>
/// <param name="Attempt">The attempt that failed, from 1.</param>
public sealed record BackgroundTaskError(string Type, string Message, int Attempt);

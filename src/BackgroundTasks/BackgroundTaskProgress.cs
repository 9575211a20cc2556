namespace BackgroundTasks;

/// <summary>How far a running task is, as its handler last said.</summary>
/// <param name="Number">Rises with every report of a run, from 1: the second half of the task's entity tag.</param>
/// <param name="Percent">0 to 100, or null where the handler cannot tell.</param>
/// <param name="Message">A short line for people, 250 characters at most.</param>
public sealed record BackgroundTaskProgress(long Number, double? Percent, string? Message);

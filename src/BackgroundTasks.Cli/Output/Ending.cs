using BackgroundTasks.Client;

namespace BackgroundTasks.Cli;

/// <summary>Tells how tasks ended that were waited for.</summary>
internal static class Ending
{
    /// <summary>The result to standard output, or why there is none to standard error; with <paramref name="json"/> the whole task to standard output in any case.</summary>
    public static int Tell(Screen screen, BackgroundTaskSnapshot task, bool json)
    {
        if (json)
            screen.WriteJson(task, CliJson.Readable.BackgroundTaskSnapshot);
        else if (task.Status is BackgroundTaskStatus.Succeeded)
            screen.Output.WriteLine(TaskText.Result(task));
        return TellFailure(screen, task);
    }

    /// <summary>Only the exit code, and why there is no result.</summary>
    public static int TellFailure(Screen screen, BackgroundTaskSnapshot task)
    {
        if (task.Status is BackgroundTaskStatus.Succeeded)
            return ExitCode.Succeeded;
        var why = task.Status is BackgroundTaskStatus.Canceled ? "was canceled"
            : task.Error is { } error ? $"failed in attempt {error.Attempt}: {TaskText.Error(error)}" : "failed";
        screen.Fail($"Task {task.Id} {why}{(why.EndsWith('.') ? "" : ".")} 'background-tasks retry {task.Id}' queues it again.");
        return ExitCode.TaskFailed;
    }
}

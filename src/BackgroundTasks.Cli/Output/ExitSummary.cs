using BackgroundTasks.Cli.Connection;
using BackgroundTasks.Client;

namespace BackgroundTasks.Cli;

/// <summary>Tells how tasks finished that were waited for, and with which exit code the command ends.</summary>
internal static class ExitSummary
{
    /// <summary>
    /// The result to standard output, or why there is none to standard error; of several tasks with their ids before.
    /// With <paramref name="json"/> the whole task to standard output in any case.
    /// </summary>
    public static int Tell(Screen screen, IReadOnlyList<BackgroundTaskSnapshot> tasks, bool json)
    {
        foreach (var task in tasks.Where(static task => task.HasEnded))
        {
            if (json)
                screen.WriteJson(task, CliJson.Readable.BackgroundTaskSnapshot);
            else if (task.Status is BackgroundTaskStatus.Succeeded)
                screen.Output.WriteLine(tasks.Count == 1 ? TaskText.Result(task) : TaskText.Line(task));
        }

        return TellFailures(screen, tasks);
    }

    /// <summary>Why there is no result, task by task; the exit code is that of the worst.</summary>
    public static int TellFailures(Screen screen, IEnumerable<BackgroundTaskSnapshot> tasks) => tasks.Select(task => TellFailure(screen, task)).ToList().Max();

    private static int TellFailure(Screen screen, BackgroundTaskSnapshot task)
    {
        if (task.Status is BackgroundTaskStatus.Succeeded)
            return ExitCode.Succeeded;
        if (!task.HasEnded)
        {
            screen.Fail(Failures.WaitRanOut(task));
            return ExitCode.WaitRanOut;
        }

        var why = task.Status is BackgroundTaskStatus.Canceled ? "was canceled"
            : task.Error is { } error ? $"failed in attempt {error.Attempt}: {TaskText.Error(error)}" : "failed";
        screen.Fail($"Task {task.Id} {why}{(why.EndsWith('.') ? "" : ".")} 'background-tasks retry {task.Id}' queues it again.");
        return ExitCode.TaskFailed;
    }
}

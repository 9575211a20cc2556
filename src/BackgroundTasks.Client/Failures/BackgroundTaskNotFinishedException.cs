using System.Globalization;

namespace BackgroundTasks.Client;

/// <summary>The task had not ended: the time to wait for it ran out, or its result was asked for too early. The task itself goes on.</summary>
public sealed class BackgroundTaskNotFinishedException : BackgroundTasksClientException
{
    internal BackgroundTaskNotFinishedException(BackgroundTaskSnapshot task)
        : base($"Task {task.Id} of type '{task.Type}' is {task.Status} and has no result yet. Call WaitAsync(\"{task.Id}\", …) first.") =>
        (TaskId, Task) = (task.Id, task);

    internal BackgroundTaskNotFinishedException(string taskId, BackgroundTaskSnapshot? task, TimeSpan timeout)
        : base(string.Create(CultureInfo.InvariantCulture, $"Task {taskId} had not ended after {timeout.TotalSeconds:0.###} s{(task is null ? ", and the service had not answered" : $": it was {task.Status}")}. It goes on; wait again, or call CancelAsync(\"{taskId}\").")) =>
        (TaskId, Task) = (taskId, task);

    /// <summary>The task's id.</summary>
    public string TaskId { get; }

    /// <summary>The task as it was last seen; null where the service had not answered.</summary>
    public BackgroundTaskSnapshot? Task { get; }
}

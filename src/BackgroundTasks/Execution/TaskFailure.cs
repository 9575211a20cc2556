using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Hosting;

namespace BackgroundTasks.Execution;

/// <summary>What clients see of an exception: the message of one made for them; of any other its type and where to look. Never a stack trace.</summary>
internal sealed class TaskFailure(IHostEnvironment environment)
{
    public BackgroundTaskError Describe(Exception exception, BackgroundTask task) => new(NameOf(exception), MessageOf(exception, task), task.Attempt);

    /// <summary>The attempt's time was over.</summary>
    public static BackgroundTaskError Timeout(BackgroundTask task) => new(
        "timeout",
        string.Create(CultureInfo.InvariantCulture, $"The attempt took longer than {task.Submission.Timeout!.Value.TotalSeconds:0.###} seconds. Submit it with a larger timeoutSeconds, or make it shorter."),
        task.Attempt);

    private static string NameOf(Exception exception)
    {
        var name = exception.GetType().Name;
        return name.IndexOf('`', StringComparison.Ordinal) is > 0 and var mark ? name[..mark] : name;
    }

    private string MessageOf(Exception exception, BackgroundTask task) => exception switch
    {
        BackgroundTaskException => exception.Message,
        _ when environment.IsDevelopment() => exception.Message,
        _ => $"{NameOf(exception)} ended the attempt. The service's log has its details under the {TraceOf(task)}.",
    };

    private static string TraceOf(BackgroundTask task) =>
        ActivityContext.TryParse(task.Submission.TraceParent, null, out var trace) ? $"trace id {trace.TraceId}" : $"task id {task.Id:N}";
}

/// <summary>The handler's result is more than is kept.</summary>
internal sealed class ResultTooLargeException(int bytes, int limit)
    : BackgroundTaskException($"The result has {bytes} bytes of JSON; at most {limit} are kept. Return less, or raise BackgroundTasks:MaxResultBytes.");

/// <summary>The handler's result cannot be written as JSON.</summary>
internal sealed class ResultNotSerializableException(Exception cause)
    : BackgroundTaskException("The handler returned a result that cannot be written as JSON.", cause);

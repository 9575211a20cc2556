using System.Globalization;
using Microsoft.Extensions.Hosting;

namespace BackgroundTasks.Execution;

/// <summary>What clients see of an exception: the message of one made for them; of any other its type and where to look. Never a stack trace.</summary>
internal sealed class TaskFailure(IHostEnvironment environment)
{
    /// <summary>How long a message may be that is kept. An exception may repeat what a receiver has answered, whatever its length.</summary>
    private const int MaxMessageLength = 4_000;

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

    private static string Bound(string message) => message.Length <= MaxMessageLength
        ? message
        : $"{message.AsSpan(0, char.IsHighSurrogate(message[MaxMessageLength - 1]) ? MaxMessageLength - 1 : MaxMessageLength)}…";

    private string MessageOf(Exception exception, BackgroundTask task)
    {
        if (exception is BackgroundTaskException || environment.IsDevelopment())
        {
            try
            {
                if (exception.Message is { } message)
                    return Bound(message);
            }
            catch (Exception)
            {
                // An exception can make its message when it is asked for it, and fail in that; its task fails all the same.
            }
        }

        return $"{NameOf(exception)} ended the attempt. The service's log has its details under the task id {task.Id:N}.";
    }
}

/// <summary>The handler's result is more than is kept.</summary>
internal sealed class ResultTooLargeException(int bytes, int limit)
    : BackgroundTaskException($"The result has {bytes} bytes of JSON; at most {limit} are kept. Return less, or raise BackgroundTasks:MaxResultBytes.");

/// <summary>The handler's result cannot be written as JSON.</summary>
internal sealed class ResultNotSerializableException(Exception cause)
    : BackgroundTaskException(
        "The handler returned a result that cannot be written as JSON."
        + (cause is ArgumentException ? " A number that is infinite or not a number cannot: return null in its place, or allow such numbers by the JsonNumberHandling of its member." : ""),
        cause);

/// <summary>The handler is no asynchronous one after all.</summary>
internal sealed class NoTaskException()
    : BackgroundTaskException("The handler returned null in place of a Task. Return Task.FromResult(…), or make the handler async.");

/// <summary>What was valid when it was submitted no longer is: the payload type, or its rules, have changed since. Another attempt would find the same.</summary>
internal sealed class PayloadNoLongerFitsException : BackgroundTaskException
{
    private const int MaxErrors = 5;
    private const int MaxErrorLength = 300;

    public PayloadNoLongerFitsException(string type, IReadOnlyDictionary<string, string[]> errors)
        : base(Describe(type, errors)) => IsPermanent = true;

    public PayloadNoLongerFitsException(string type, Exception cause)
        : base($"{Introduce(type)}.", cause) => IsPermanent = true;

    private static string Introduce(string type) => $"The stored payload no longer fits the task type '{type}', which has changed since the task was submitted";

    private static string Describe(string type, IReadOnlyDictionary<string, string[]> errors)
    {
        var shown = errors.Take(MaxErrors).Select(error => $"{error.Key} {string.Join(" ", error.Value)}").Select(error => error.Length > MaxErrorLength ? $"{error[..MaxErrorLength]}…" : error);
        var more = errors.Count > MaxErrors ? $"; and {errors.Count - MaxErrors} more" : "";
        return $"{Introduce(type)}: {string.Join("; ", shown)}{more}. Submit it anew, or let the type take the old payloads too.";
    }
}

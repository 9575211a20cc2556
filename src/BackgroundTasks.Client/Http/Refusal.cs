using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

namespace BackgroundTasks.Client.Http;

/// <summary>Makes the exception for an answer that is no success.</summary>
internal static class Refusal
{
    /// <summary>What to do about a call whose answer was lost and that is not good to have twice.</summary>
    public const string LookFirst = "It may have been done. Look before you call again.";

    public static BackgroundTasksClientException Of(Call call, Answer answer)
    {
        if (answer.Doubtful && !call.Repeatable)
            return new ServiceUnreachableException(string.Create(CultureInfo.InvariantCulture, $"What stands between answered {call.Method} {call.Path.Split('?')[0]} ({(int)answer.Status}) in place of the service. {LookFirst}"), null, null) { MayHaveBeenHeard = true };
        var problem = ProblemOf(answer);
        var message = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"{call.Method} {call.Path.Split('?')[0]} was refused ({(int)answer.Status}): {problem.Detail ?? problem.Title ?? "the answer does not say why."}"));
        foreach (var (path, errors) in problem.Errors)
            message.Append(' ').Append(path).Append(": ").AppendJoin(' ', errors);
        if (NextStep(problem) is { } next)
            message.Append(' ').Append(next);
        var key = answer.Doubtful ? call.IdempotencyKey : null;
        if (key is not null)
            message.Append(CultureInfo.InvariantCulture, $" An attempt whose answer was lost may have been accepted: submit it again with IdempotencyKey = \"{key}\" and it runs once.");
        return new RequestRefusedException(message.ToString(), problem, key);
    }

    /// <summary>Null where there are none: a proxy's refusal is one without them.</summary>
    public static ProblemDetails? DetailsOf(Answer answer)
    {
        try
        {
            return JsonSerializer.Deserialize(answer.Body, ClientJson.Default.ProblemDetails);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static RequestProblem ProblemOf(Answer answer)
    {
        var details = DetailsOf(answer);
        return new RequestProblem
        {
            Status = answer.Status,
            Title = details?.Title,
            Detail = details?.Detail,
            Errors = details?.Errors ?? [],
            RetryAfter = answer.RetryAfter,
            TaskId = details?.TaskId,
            CurrentStatus = details?.CurrentStatus is { ValueKind: JsonValueKind.String } status && Enum.TryParse<BackgroundTaskStatus>(status.GetString(), ignoreCase: true, out var known) ? known : null,
        };
    }

    private static string? NextStep(RequestProblem problem) => problem.Status switch
    {
        HttpStatusCode.BadRequest => "Correct the request; repeating it as it is will not help.",
        HttpStatusCode.UnprocessableEntity => "Leave IdempotencyKey out to have a new one made for every submit.",
        HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable when problem.RetryAfter is { } after =>
            string.Create(CultureInfo.InvariantCulture, $"Try again in {Math.Ceiling(after.TotalSeconds):0} s, or raise RetryTimeout."),
        HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable => "Try again later, or raise RetryTimeout.",
        HttpStatusCode.NotFound when problem.Detail is null => "Check the service's address, with its path if it has one.",
        HttpStatusCode.GatewayTimeout or HttpStatusCode.RequestTimeout => "Something between waits for less time than the answer is held: raise its time-out, or lower PollWait.",
        _ when problem.Detail is null => "Check the service's address, what stands between, and the service's log.",
        _ => null,
    };
}

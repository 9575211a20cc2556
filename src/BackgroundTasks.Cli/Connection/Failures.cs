using System.Globalization;
using System.Net;
using System.Text.Json;
using BackgroundTasks.Client;

namespace BackgroundTasks.Cli.Connection;

/// <summary>Says in one line what went wrong and what to do next, and with which exit code.</summary>
internal static class Failures
{
    public static CommandFailure NotFound(string id) =>
        new(ExitCode.Refused, $"There is no task '{id}': it never existed, was deleted, or is no longer kept. Check the id; 'background-tasks list' shows what there is.");

    /// <summary>Of what a command can meet; null for what is a fault of this program.</summary>
    public static CommandFailure? Of(Exception exception, Uri? address) => exception switch
    {
        CommandFailure failure => failure,
        BackgroundTaskNotFoundException missing => NotFound(missing.TaskId),
        RequestRefusedException refused => WithKey(Refused(refused.Problem), refused.IdempotencyKey),
        ServiceUnreachableException unreachable => Unreachable(unreachable, address),
        HttpRequestException => Unreachable(exception.Message, address),
        JsonException => new(ExitCode.Unavailable, $"What answers at {address} is not a BackgroundTasks service. Check the address, and what stands between."),
        OperationCanceledException => new(ExitCode.Interrupted, "Interrupted."),
        ArgumentException => new(ExitCode.Refused, exception.Message.Split(" (Parameter ")[0]),
        IOException or UnauthorizedAccessException => new(ExitCode.Refused, exception.Message),
        _ => null,
    };

    /// <summary>Ctrl-C before the answer to a submit.</summary>
    public static CommandFailure SubmitInterrupted(string? key) => WithKey(new(ExitCode.Interrupted, "Interrupted."), key);

    /// <summary>The service's own words, and whether another time helps.</summary>
    public static CommandFailure Refused(RequestProblem problem)
    {
        var status = (int)problem.Status;
        var text = string.Create(CultureInfo.InvariantCulture, $"Refused ({status}): {problem.Detail ?? problem.Title ?? "the answer does not say why."}");
        var errors = problem.Errors.SelectMany(static path => path.Value.Select(error => $"{path.Key}: {error}")).ToList();

        // One error ends the line; several have a line each.
        if (errors.Count == 1)
            text += $" {errors[0]}";
        if (NextStep(problem) is { } next)
            text += $" {next}";
        return new(status is 429 or >= 500 ? ExitCode.Unavailable : ExitCode.Refused, text, errors.Count > 1 ? errors : []);
    }

    public static CommandFailure Unreachable(string why, Uri? address) =>
        new(ExitCode.Unavailable, $"{address} does not answer: {Sentence(why)} Check that the service runs there, or name its address with --url or {ConnectionOptions.UrlVariable}.");

    private static CommandFailure Unreachable(ServiceUnreachableException exception, Uri? address)
    {
        // Where something else answered, the exception says so.
        if (exception.InnerException is null or JsonException)
            return new(ExitCode.Unavailable, exception.Message);
        var failure = Unreachable(exception.InnerException is HttpRequestException or IOException ? exception.InnerException.Message : "no answer came in time.", address);
        return WithKey(failure, exception.MayHaveBeenHeard ? exception.IdempotencyKey : null);
    }

    private static CommandFailure WithKey(CommandFailure failure, string? key) =>
        key is null ? failure : new(failure.ExitCode, $"{failure.Message} The task may have been accepted: the same command with --key {key} runs it once.", failure.Details);

    public static string WaitRanOut(BackgroundTaskSnapshot task)
    {
        var id = task.Id;
        return $"Task {id} is still {TaskText.Status(task)}; the time to wait is over, and it goes on. Wait again with 'background-tasks wait {id}', or cancel it with 'background-tasks cancel {id}'.";
    }

    private static string? NextStep(RequestProblem problem) => problem.Status switch
    {
        HttpStatusCode.UnprocessableEntity => "Leave --key out, or give another one for another task.",
        HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable when problem.RetryAfter is { } after =>
            string.Create(CultureInfo.InvariantCulture, $"Try again in {Math.Ceiling(after.TotalSeconds):0} s, or let it try for longer with --retry-for."),
        HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable => "Try again later, or let it try for longer with --retry-for.",
        HttpStatusCode.NotFound when problem.Detail is null => "Check the address, with its path if it has one.",
        _ when problem.Detail is null && problem.Errors.Count == 0 => "Check the address, and the service's log.",
        _ => null,
    };

    private static string Sentence(string text) => text.TrimEnd().EndsWith('.') ? text.TrimEnd() : $"{text.TrimEnd()}.";
}

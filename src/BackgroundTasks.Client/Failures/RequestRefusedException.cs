using System.Net;

namespace BackgroundTasks.Client;

/// <summary>The service answered and refused the request. It changed nothing, but where there is an <see cref="IdempotencyKey"/>.</summary>
public sealed class RequestRefusedException : BackgroundTasksClientException
{
    internal RequestRefusedException(string message, RequestProblem problem, string? idempotencyKey)
        : base(message) =>
        (Problem, IdempotencyKey) = (problem, idempotencyKey);

    /// <summary>What the service said about it.</summary>
    public RequestProblem Problem { get; }

    /// <summary>The status code: 400, 413 and 422 want another request, 409 another state of the task, 429 and 503 another time.</summary>
    public HttpStatusCode StatusCode => Problem.Status;

    /// <summary>
    /// The key of a submit of which an attempt, whose answer was lost, may have been accepted before the last one was refused; else null.
    /// Submit again with it in <see cref="SubmitOptions.IdempotencyKey"/> and the task runs once.
    /// </summary>
    public string? IdempotencyKey { get; }

    /// <summary>How long the service asks to wait before the request is repeated; null where it does not say.</summary>
    public TimeSpan? RetryAfter => Problem.RetryAfter;
}

using System.Net;

namespace BackgroundTasks.Client;

/// <summary>The service answered and refused the request; it changed nothing.</summary>
public sealed class RequestRefusedException : BackgroundTasksClientException
{
    internal RequestRefusedException(string message, RequestProblem problem)
        : base(message) =>
        Problem = problem;

    /// <summary>What the service said about it.</summary>
    public RequestProblem Problem { get; }

    /// <summary>The status code: 400, 413 and 422 want another request, 409 another state of the task, 429 and 503 another time.</summary>
    public HttpStatusCode StatusCode => Problem.Status;

    /// <summary>How long the service asks to wait before the request is repeated; null where it does not say.</summary>
    public TimeSpan? RetryAfter => Problem.RetryAfter;
}

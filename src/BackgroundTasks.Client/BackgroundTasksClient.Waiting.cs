using System.Net;
using System.Text.Json.Serialization.Metadata;
using BackgroundTasks.Client.Http;

namespace BackgroundTasks.Client;

public sealed partial class BackgroundTasksClient
{
    /// <summary>
    /// Waits until the task has ended, and returns it, whether it succeeded, failed or was canceled. The service holds the answer; no thread waits,
    /// and nothing asks in vain. A lost connection and a restart of the service are survived, each for the options' <see cref="BackgroundTasksClientOptions.RetryTimeout"/>.
    /// </summary>
    /// <param name="id">The task's id.</param>
    /// <param name="timeout">How long to wait, or <see cref="Timeout.InfiniteTimeSpan"/>.</param>
    /// <param name="cancellationToken">Gives up the wait; the task goes on.</param>
    /// <exception cref="BackgroundTaskNotFinishedException">The time ran out; the task goes on.</exception>
    /// <exception cref="BackgroundTaskNotFoundException">The service has no such task.</exception>
    public async Task<BackgroundTaskSnapshot> WaitAsync(string id, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        using var waiting = new Waiting(id, timeout, _pollWait, _options.TimeProvider, cancellationToken);
        try
        {
            while (true)
            {
                var call = waiting.Next();
                var answer = await _transport.SendAsync(call, waiting.Token).ConfigureAwait(false);
                waiting.Last = ReadTask(call, answer, id);
                if (waiting.Last.HasEnded)
                    return waiting.Last;
                await Task.Delay(waiting.PauseAfter(answer), _options.TimeProvider, waiting.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException exception)
        {
            throw waiting.EndedBy(exception);
        }
    }

    /// <summary>Waits until the task is not as it was seen, progress included, and returns it as it is then; the same where the time ran out unchanged.</summary>
    /// <param name="seen">The task as it was seen. Without an <see cref="BackgroundTaskSnapshot.ETag"/>, the task as it is now is returned at once.</param>
    /// <param name="timeout">How long to wait, or <see cref="Timeout.InfiniteTimeSpan"/>.</param>
    /// <param name="cancellationToken">Gives up the wait; the task goes on.</param>
    /// <exception cref="BackgroundTaskNotFoundException">The service has no such task any more.</exception>
    public async Task<BackgroundTaskSnapshot> WaitForChangeAsync(BackgroundTaskSnapshot seen, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(seen);
        using var waiting = new Waiting(seen.Id, timeout, _pollWait, _options.TimeProvider, cancellationToken);
        try
        {
            while (true)
            {
                var call = seen.ETag is null ? new Call(HttpMethod.Get, Paths.Task(seen.Id)) : waiting.Next(seen.ETag);
                var answer = await _transport.SendAsync(call, waiting.Token).ConfigureAwait(false);
                if (seen.ETag is null || answer.Status is not HttpStatusCode.NotModified)
                    return ReadTask(call, answer, seen.Id);
                await Task.Delay(waiting.PauseAfter(answer), _options.TimeProvider, waiting.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException exception)
        {
            return waiting.IsOver ? seen : throw waiting.EndedBy(exception);
        }
    }

    /// <summary>Submits a task, waits until it has ended, and returns its result: the whole of it in one call.</summary>
    /// <typeparam name="TPayload">What the handler takes.</typeparam>
    /// <typeparam name="TResult">What the handler returns.</typeparam>
    /// <param name="type">The task type.</param>
    /// <param name="payload">The handler's input.</param>
    /// <param name="payloadType">How it is written as JSON; of a source-generated context.</param>
    /// <param name="resultType">How the result is read from JSON; of a source-generated context.</param>
    /// <param name="timeout">How long to wait for the end, once it is accepted, or <see cref="Timeout.InfiniteTimeSpan"/>.</param>
    /// <param name="options">How it is to run.</param>
    /// <param name="cancellationToken">Gives up the call; a task that was accepted goes on.</param>
    /// <exception cref="BackgroundTaskFailedException">It failed.</exception>
    /// <exception cref="BackgroundTaskCanceledException">It was canceled.</exception>
    /// <exception cref="BackgroundTaskNotFinishedException">The time ran out; the task goes on, and the exception has its id.</exception>
    public async Task<TResult?> RunAsync<TPayload, TResult>(string type, TPayload payload, JsonTypeInfo<TPayload> payloadType, JsonTypeInfo<TResult> resultType, TimeSpan timeout, SubmitOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(resultType);
        var task = await SubmitAsync(type, payload, payloadType, options, cancellationToken).ConfigureAwait(false);
        return (task.HasEnded ? task : await WaitAsync(task.Id, timeout, cancellationToken).ConfigureAwait(false)).GetResult(resultType);
    }
}

using System.Text.Json.Serialization.Metadata;
using BackgroundTasks.Client.Http;

namespace BackgroundTasks.Client;

public sealed partial class BackgroundTasksClient
{
    /// <summary>As <see cref="SubmitAsync{TPayload}"/>, for code that cannot await: blocks the thread until the task is accepted.</summary>
    /// <typeparam name="TPayload">What the handler takes.</typeparam>
    /// <param name="type">The task type.</param>
    /// <param name="payload">The handler's input.</param>
    /// <param name="payloadType">How it is written as JSON; of a source-generated context.</param>
    /// <param name="options">How it is to run.</param>
    /// <param name="cancellationToken">Gives up the call; the task may have been accepted by then.</param>
    /// <exception cref="RequestRefusedException">The type is unknown, the payload is invalid, the queue is full.</exception>
    /// <exception cref="ServiceUnreachableException">No answer came. It has the key by which the submit can be repeated safely.</exception>
    public BackgroundTaskSnapshot Submit<TPayload>(string type, TPayload payload, JsonTypeInfo<TPayload> payloadType, SubmitOptions? options = null, CancellationToken cancellationToken = default)
    {
        var call = SubmitBody.ToCall(type, payload, payloadType, options);
        return ReadTask(call, _transport.Send(call, cancellationToken));
    }

    /// <summary>As <see cref="WaitAsync"/>, for code that cannot await: blocks the thread until the task has ended.</summary>
    /// <param name="id">The task's id.</param>
    /// <param name="timeout">How long to wait, or <see cref="Timeout.InfiniteTimeSpan"/>.</param>
    /// <param name="cancellationToken">Gives up the wait; the task goes on.</param>
    /// <exception cref="BackgroundTaskNotFinishedException">The time ran out; the task goes on.</exception>
    /// <exception cref="BackgroundTaskNotFoundException">The service has no such task.</exception>
    public BackgroundTaskSnapshot WaitFor(string id, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        using var waiting = new Waiting(id, timeout, _pollWait, _options.TimeProvider, cancellationToken);
        try
        {
            while (true)
            {
                var call = waiting.Next();
                var answer = _transport.Send(call, waiting.Token);
                waiting.Last = ReadTask(call, answer, id);
                if (waiting.Last.HasEnded)
                    return waiting.Last;
                BlockingPause.Pause(waiting.PauseAfter(answer), _options.TimeProvider, waiting.Token);
            }
        }
        catch (OperationCanceledException exception)
        {
            throw waiting.EndedBy(exception);
        }
    }

    /// <summary>As <see cref="RunAsync{TPayload, TResult}"/>, for code that cannot await: blocks the thread until the task has ended.</summary>
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
    public TResult? Run<TPayload, TResult>(string type, TPayload payload, JsonTypeInfo<TPayload> payloadType, JsonTypeInfo<TResult> resultType, TimeSpan timeout, SubmitOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(resultType);
        var task = Submit(type, payload, payloadType, options, cancellationToken);
        return (task.HasEnded ? task : WaitFor(task.Id, timeout, cancellationToken)).GetResult(resultType);
    }
}

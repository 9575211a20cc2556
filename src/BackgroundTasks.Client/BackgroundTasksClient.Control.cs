using System.Net;
using BackgroundTasks.Client.Http;

namespace BackgroundTasks.Client;

public sealed partial class BackgroundTasksClient
{
    /// <summary>
    /// Cancels the task. One that waits is canceled at once; of one that runs, <see cref="BackgroundTaskSnapshot.CancelRequested"/> is set and its handler is asked to stop:
    /// it ends as what the handler makes of that.
    /// </summary>
    /// <param name="id">The task's id.</param>
    /// <param name="cancellationToken">Gives up the call.</param>
    /// <exception cref="RequestRefusedException">409: it has succeeded or failed already.</exception>
    /// <exception cref="BackgroundTaskNotFoundException">The service has no such task.</exception>
    public async Task<BackgroundTaskSnapshot> CancelAsync(string id, CancellationToken cancellationToken = default)
    {
        var call = new Call(HttpMethod.Post, $"{Paths.Task(id)}/cancel");
        return ReadTask(call, await _transport.SendAsync(call, cancellationToken).ConfigureAwait(false), id);
    }

    /// <summary>Queues a task that failed or was canceled again, under the same id.</summary>
    /// <param name="id">The task's id.</param>
    /// <param name="cancellationToken">Gives up the call.</param>
    /// <exception cref="RequestRefusedException">409: it is in another state, or another active task has its unique key by now.</exception>
    /// <exception cref="BackgroundTaskNotFoundException">The service has no such task.</exception>
    /// <exception cref="ServiceUnreachableException">The answer was lost. The task may be queued again already: look before the next try, or it may run twice.</exception>
    public async Task<BackgroundTaskSnapshot> RetryAsync(string id, CancellationToken cancellationToken = default)
    {
        var call = new Call(HttpMethod.Post, $"{Paths.Task(id)}/retry") { Repeatable = false };
        return ReadTask(call, await _transport.SendAsync(call, cancellationToken).ConfigureAwait(false), id);
    }

    /// <summary>
    /// Queues again tasks that failed or were canceled and that the filter selects: of 10,000 tasks at most, and 1,000 at most. Go on with
    /// <see cref="RetryMoreAsync"/> while <see cref="RetriedTasks.Next"/> is not null.
    /// </summary>
    /// <param name="filter">Which tasks: it must select by something. Its page size means nothing here.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="RequestRefusedException">400: the filter selects by nothing.</exception>
    /// <exception cref="ServiceUnreachableException">The answer was lost. The tasks may be queued again already.</exception>
    public Task<RetriedTasks> RetryManyAsync(TaskFilter filter, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return SendRetryAsync(Paths.Tasks("tasks/retry", filter), cancellationToken);
    }

    /// <summary>Goes on where a call has stopped.</summary>
    /// <param name="before">What that call has answered; there must be a next.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ServiceUnreachableException">The answer was lost. The tasks may be queued again already.</exception>
    public Task<RetriedTasks> RetryMoreAsync(RetriedTasks before, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(before);

        // Its query alone: what is in front of the service may have put another path before it.
        return before.Next is { } next
            ? SendRetryAsync($"tasks/retry{(next.IndexOf('?', StringComparison.Ordinal) is >= 0 and var query ? next[query..] : "")}", cancellationToken)
            : throw new ArgumentException("There is nothing left to go on with: next is null.", nameof(before));
    }

    private async Task<RetriedTasks> SendRetryAsync(string path, CancellationToken cancellationToken)
    {
        var call = new Call(HttpMethod.Post, path) { Repeatable = false };
        return Succeeded(call, await _transport.SendAsync(call, cancellationToken).ConfigureAwait(false)).Read(call, ClientJson.Default.RetriedTasks);
    }

    /// <summary>Removes the record of a task that has ended.</summary>
    /// <param name="id">The task's id.</param>
    /// <param name="cancellationToken">Gives up the call.</param>
    /// <exception cref="RequestRefusedException">409: it has not ended; cancel it first.</exception>
    /// <exception cref="BackgroundTaskNotFoundException">The service has no such task.</exception>
    public async Task DeleteAsync(string id, CancellationToken cancellationToken = default)
    {
        var call = new Call(HttpMethod.Delete, Paths.Task(id));
        var answer = await _transport.SendAsync(call, cancellationToken).ConfigureAwait(false);
        if (!answer.IsUnknown)
        {
            // What answers anything with a page has deleted nothing.
            if (Succeeded(call, answer).Status is not HttpStatusCode.NoContent)
                throw Answer.Foreign($"It answered a delete with {(int)answer.Status}, not 204.", call);
        }

        // What an earlier attempt, whose answer was lost, has removed is gone as it should be.
        else if (!answer.Doubtful)
            throw new BackgroundTaskNotFoundException(id);
    }
}

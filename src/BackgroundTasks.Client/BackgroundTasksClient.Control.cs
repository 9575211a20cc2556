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

    /// <summary>Queues again those tasks that failed or were canceled and that the filter selects, at most 1,000, and returns how many.</summary>
    /// <param name="filter">Which tasks; all by default. Its page size means nothing here.</param>
    /// <param name="cancellationToken">Gives up the call.</param>
    /// <exception cref="ServiceUnreachableException">The answer was lost. The tasks may be queued again already.</exception>
    public async Task<int> RetryManyAsync(TaskFilter? filter = null, CancellationToken cancellationToken = default)
    {
        var call = new Call(HttpMethod.Post, Paths.Tasks("tasks/retry", filter)) { Repeatable = false };
        return Succeeded(call, await _transport.SendAsync(call, cancellationToken).ConfigureAwait(false)).Read(call, ClientJson.Default.RetriedTasks).Retried;
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

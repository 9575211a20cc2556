using System.Net;
using System.Runtime.CompilerServices;
using BackgroundTasks.Client.Http;

namespace BackgroundTasks.Client;

public sealed partial class BackgroundTasksClient
{
    /// <summary>
    /// The task as it is now, then after every change of state and of progress (progress at most four times a second), to its end: the last one has ended.
    /// A lost connection and a restart of the service are survived as in <see cref="WaitAsync"/>; what changed meanwhile is seen as one change.
    /// </summary>
    /// <param name="id">The task's id.</param>
    /// <param name="cancellationToken">Ends it; the task goes on.</param>
    /// <exception cref="BackgroundTaskNotFoundException">The service has no such task.</exception>
    public async IAsyncEnumerable<BackgroundTaskSnapshot> WatchAsync(string id, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var path = $"{Paths.Task(id)}/events";
        var reader = new EventReader(_options);
        var patience = new Patience(_options);
        while (true)
        {
            var call = new Call(HttpMethod.Get, path) { Streams = true, LastEventId = reader.LastEventId };
            var answer = await _transport.SendAsync(call, cancellationToken).ConfigureAwait(false);
            if (answer.IsUnknown)
                throw new BackgroundTaskNotFoundException(id);
            if (Succeeded(call, answer).Stream is not { } stream)
                yield break;
            if (answer.Status is HttpStatusCode.NoContent)
            {
                stream.Dispose();
                yield break;
            }

            await foreach (var task in reader.ReadAsync(stream, cancellationToken).ConfigureAwait(false))
            {
                patience.Renew();
                yield return task;
                if (task.HasEnded)
                    yield break;
            }

            await PauseAsync(call, reader, patience, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Every change of state of all tasks that the filter selects, from now on and without end: each the whole task, of one task the newest.
    /// After a lost connection it goes on with a new one, as <see cref="WatchAsync"/> does; what changed in between is not told.
    /// </summary>
    /// <param name="filter">Whose changes; all by default.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async IAsyncEnumerable<BackgroundTaskSnapshot> WatchAllAsync(EventFilter? filter = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var path = Paths.Events(filter);
        var reader = new EventReader(_options);
        var patience = new Patience(_options);
        while (true)
        {
            var call = new Call(HttpMethod.Get, path) { Streams = true };
            var answer = Succeeded(call, await _transport.SendAsync(call, cancellationToken).ConfigureAwait(false));
            await foreach (var task in reader.ReadAsync(answer.Stream!, cancellationToken).ConfigureAwait(false))
            {
                patience.Renew();
                yield return task;
            }

            await PauseAsync(call, reader, patience, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Before the next connection, if there is to be one.</summary>
    private async Task PauseAsync(Call call, EventReader reader, Patience patience, CancellationToken cancellationToken)
    {
        // A task may be quiet for days: a stream that lived was none in vain, though it brought no news.
        if (reader.Alive > reader.ReconnectAfter)
            patience.Renew();
        patience.Spend(call, reader.Lost);
        await Task.Delay(reader.ReconnectAfter, _options.TimeProvider, cancellationToken).ConfigureAwait(false);
    }
}

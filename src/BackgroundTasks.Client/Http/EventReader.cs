using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;

namespace BackgroundTasks.Client.Http;

/// <summary>Reads a stream of events as tasks: each is the task as the event leaves it.</summary>
internal sealed class EventReader(BackgroundTasksClientOptions options)
{
    private BackgroundTaskSnapshot? _task;

    /// <summary>The last event seen, for <c>Last-Event-ID</c>.</summary>
    public string? LastEventId { get; private set; }

    /// <summary>How long the service asks to wait before the next connection.</summary>
    public TimeSpan ReconnectAfter { get; private set; } = TimeSpan.FromSeconds(3);

    /// <summary>How long something came of the last stream.</summary>
    public TimeSpan Alive { get; private set; }

    /// <summary>Why the stream ended; null where it was closed in order.</summary>
    public Exception? Lost { get; private set; }

    /// <summary>The tasks of one stream, to its end. A stream that breaks ends too.</summary>
    public async IAsyncEnumerable<BackgroundTaskSnapshot> ReadAsync(HttpResponseMessage response, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Lost = null;
        using var owned = response;
        if (response.Content.Headers.ContentType?.MediaType is var type && !"text/event-stream".Equals(type, StringComparison.OrdinalIgnoreCase))
            throw Answer.Foreign($"it sent {type ?? "nothing"} where a stream of events was due.", call: null);
        using var stream = new GuardedStream(await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), options.StreamSilence, options.TimeProvider);
        var parser = SseParser.Create(stream, static (_, data) => data.ToArray());
        var events = parser.EnumerateAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using var closing = events.ConfigureAwait(false);
        while (await MoveNextAsync(events, cancellationToken).ConfigureAwait(false))
        {
            if (parser.ReconnectionInterval != Timeout.InfiniteTimeSpan)
                ReconnectAfter = Bounded(parser.ReconnectionInterval);
            if (Apply(events.Current) is { } task)
                yield return task;
        }

        Alive = stream.Alive;
    }

    /// <summary>No pause at all would be a storm, and one beyond the time of a call is waited for by nobody.</summary>
    private TimeSpan Bounded(TimeSpan asked)
    {
        var most = asked < options.RetryTimeout ? asked : options.RetryTimeout;
        return most > options.FirstRetryDelay ? most : options.FirstRetryDelay;
    }

    private async ValueTask<bool> MoveNextAsync(IAsyncEnumerator<SseItem<byte[]>> events, CancellationToken cancellationToken)
    {
        try
        {
            return await events.MoveNextAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException("The stream was given up.", exception, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            Lost = exception;
            return false;
        }
    }

    /// <summary>Null for what was seen before, as a connection that is made anew begins with the whole task, and for what only a newer client understands.</summary>
    private BackgroundTaskSnapshot? Apply(SseItem<byte[]> item)
    {
        if (item.EventType is not ("snapshot" or "status" or "progress" or "succeeded" or "failed" or "canceled"))
            return null;
        if (item.EventId is not null && item.EventId == LastEventId)
            return null;
        if (item.EventType == "progress")
            _task = _task is null ? null : _task with { Progress = Answer.Read(item.Data, ClientJson.Default.TaskProgress) };
        else
            _task = Answer.Read(item.Data, ClientJson.Default.BackgroundTaskSnapshot);
        if (item.EventId is null)
            return _task;
        LastEventId = item.EventId;
        return _task = _task is null ? null : _task with { ETag = $"W/\"{item.EventId}\"" };
    }
}

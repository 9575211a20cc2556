namespace BackgroundTasks.Http.Events;

/// <summary>The changes of all tasks, each as the whole task. Without ids: a stream of all tasks cannot be resumed.</summary>
internal sealed class FeedEventStream(BackgroundTaskFilter filter, TaskFeed feed) : EventStream
{
    protected override async Task RunAsync(EventWriter writer, CancellationToken cancellationToken)
    {
        var queue = new FeedQueue(filter, Signal);
        using var registration = feed.Add(queue);
        writer.AddRetry();
        while (await writer.FlushAsync(cancellationToken))
        {
            var reasons = await Signal.WaitAsync(StreamWake.Any);
            if (reasons.HasFlag(StreamWake.Over) || queue.TakeAll() is not { } tasks)
                return;
            if (reasons.HasFlag(StreamWake.Tick))
                writer.AddComment();
            foreach (var task in tasks)
            {
                writer.AddTask("status", task, withId: false);
                if (writer.IsFull && !await writer.FlushAsync(cancellationToken))
                    return;
            }
        }
    }
}

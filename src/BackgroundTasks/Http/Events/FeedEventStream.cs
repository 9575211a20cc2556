using Microsoft.AspNetCore.Http;

namespace BackgroundTasks.Http.Events;

/// <summary>The changes of all tasks, each as the whole task. Without ids: a stream of all tasks cannot be resumed.</summary>
internal sealed class FeedEventStream(BackgroundTaskFilter filter, TaskFeed feed) : EventStream
{
    protected override async Task RunAsync(HttpContext context, EventWriter writer, CancellationToken cancellationToken)
    {
        using var follower = feed.Follow(filter, writer.Prefix, Signal, cancellationToken);
        try
        {
            writer.AddRetry();
            while (await writer.FlushAsync(follower.Closing))
            {
                var reasons = await Signal.WaitAsync(StreamWake.Any);
                if (reasons.HasFlag(StreamWake.Over))
                    return;
                if (reasons.HasFlag(StreamWake.Tick))
                    writer.AddComment();
                if (reasons.HasFlag(StreamWake.Changed) && !await WriteAsync(follower, writer))
                    return;
            }
        }
        catch (OperationCanceledException) when (follower.IsClosed)
        {
            // Its client does not read: an end of the stream would not reach it either.
            context.Abort();
        }
    }

    /// <summary>Writes what has been granted. False if nobody reads any more.</summary>
    private static async ValueTask<bool> WriteAsync(FeedFollower follower, EventWriter writer)
    {
        var part = follower.Written;
        while (part != follower.Granted)
        {
            part = part.Next!;
            foreach (var range in part.Ranges)
            {
                if (!await writer.WriteAsync(range, follower.Closing))
                    return false;
            }
        }

        if (!await writer.FlushAsync(follower.Closing))
            return false;
        follower.Done();
        return true;
    }
}

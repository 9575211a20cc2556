using System.Globalization;

namespace BackgroundTasks.Api.Waiting;

/// <summary>Waits without a thread: a stand-in for work that awaits something else.</summary>
internal sealed class WaitHandler(TimeProvider timeProvider) : IBackgroundTaskHandler<WaitPayload, WaitResult>
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public async Task<WaitResult> HandleAsync(WaitPayload payload, BackgroundTaskContext context, CancellationToken cancellationToken)
    {
        var total = TimeSpan.FromSeconds(payload.Seconds);
        var start = timeProvider.GetTimestamp();
        for (var elapsed = TimeSpan.Zero; elapsed < total; elapsed = timeProvider.GetElapsedTime(start))
        {
            var left = total - elapsed;

            // Timers count whole milliseconds: rounded up, or what is left of the last one would be spun away.
            var step = Task.Delay(left < Step ? TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)) : Step, timeProvider, cancellationToken);
            context.ReportProgress(100 * (elapsed / total), Message(elapsed, total));
            await step;
        }

        context.ReportProgress(100, Message(total, total));
        return new WaitResult(payload.Seconds);
    }

    private static string Message(TimeSpan elapsed, TimeSpan total) =>
        string.Create(CultureInfo.InvariantCulture, $"{elapsed.TotalSeconds:0.#} of {total.TotalSeconds:0.#} seconds");
}

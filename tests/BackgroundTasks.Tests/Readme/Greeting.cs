// <sample>
using System.ComponentModel.DataAnnotations;
using BackgroundTasks;

public sealed record GreetingPayload([MaxLength(100)] string Name);

public sealed class GreetingHandler(TimeProvider clock) : IBackgroundTaskHandler<GreetingPayload, string>
{
    public async Task<string> HandleAsync(GreetingPayload payload, BackgroundTaskContext context, CancellationToken cancellationToken)
    {
        context.ReportProgress(50, "thinking of a greeting");
        await Task.Delay(TimeSpan.FromMilliseconds(10), clock, cancellationToken);
        return $"Hello {payload.Name}!";
    }
}
// </sample>

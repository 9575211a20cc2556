using System.Globalization;

namespace BackgroundTasks.Api.Primes;

/// <summary>Counts primes: work for a processor, with progress, that stops soon after it is canceled.</summary>
internal sealed class CountPrimesHandler : IBackgroundTaskHandler<CountPrimesPayload, CountPrimesResult>
{
    /// <inheritdoc/>
    public Task<CountPrimesResult> HandleAsync(CountPrimesPayload payload, BackgroundTaskContext context, CancellationToken cancellationToken)
    {
        var upTo = payload.UpTo;
        var reported = -1;
        var count = PrimeCounter.Count(upTo, Report, cancellationToken);
        return Task.FromResult(new CountPrimesResult(upTo, count));

        void Report(int done)
        {
            var percent = (int)(100L * done / upTo);
            if (percent == reported)
                return;
            reported = percent;
            context.ReportProgress(percent, string.Create(CultureInfo.InvariantCulture, $"{done:N0} of {upTo:N0}"));
        }
    }
}

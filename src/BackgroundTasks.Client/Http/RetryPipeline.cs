using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace BackgroundTasks.Client.Http;

/// <summary>
/// Builds what every call goes through: a limit on the call, repetition with jitter, a limit on the attempt. Both limits begin to count
/// after the time that the service is asked to hold the answer, so a long-poll meets neither.
/// </summary>
internal static class RetryPipeline
{
    public static readonly ResiliencePropertyKey<Attempts> Attempts = new("attempts");

    public static ResiliencePipeline<Answer> Build(BackgroundTasksClientOptions options) =>
        new ResiliencePipelineBuilder<Answer> { TimeProvider = options.TimeProvider }
            .AddTimeout(Limit(options.RetryTimeout))
            .AddRetry(new RetryStrategyOptions<Answer>
            {
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = options.FirstRetryDelay,
                MaxDelay = options.MaxRetryDelay,
                ShouldHandle = static arguments => ValueTask.FromResult(ShouldRepeat(arguments)),
                DelayGenerator = static arguments => ValueTask.FromResult(DelayBefore(arguments.Outcome.Result)),
            })
            .AddTimeout(Limit(options.AttemptTimeout))
            .Build();

    public static Attempts AttemptsOf(ResilienceContext context) => context.Properties.GetValue(Attempts, null!);

    private static TimeoutStrategyOptions Limit(TimeSpan limit) => new()
    {
        TimeoutGenerator = arguments => ValueTask.FromResult(AttemptsOf(arguments.Context).Call.Wait + limit),
    };

    private static bool ShouldRepeat(RetryPredicateArguments<Answer> arguments)
    {
        var attempts = AttemptsOf(arguments.Context);
        if (arguments.Outcome.Exception is { } exception)
            return RetryRules.IsWorthRepeating(attempts.Call, exception);

        // Who is asked to come back after the end of the time should know now.
        return RetryRules.IsWorthRepeating(attempts.Call, arguments.Outcome.Result!) && !(arguments.Outcome.Result!.RetryAfter >= attempts.Left);
    }

    /// <summary>Not before the time that the service asks for, and not all at once after it; null: the client's own pace.</summary>
    private static TimeSpan? DelayBefore(Answer? refused) =>
        refused?.RetryAfter is { } after && after > TimeSpan.Zero ? after * (1 + (Random.Shared.NextDouble() / 5)) : null;
}

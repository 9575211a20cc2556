using BackgroundTasks.Client.Http;
using Polly;

namespace BackgroundTasks.Client;

/// <summary>How long the client tries, waits and listens. Each setting has a default that suits a service nearby.</summary>
public sealed class BackgroundTasksClientOptions
{
    private ResiliencePipeline<Answer>? _pipeline;

    /// <summary>How long one request may take, beyond the time that it asks the service to hold the answer; 15 s by default. Then it counts as lost.</summary>
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long one call is repeated in all, beyond the time that it asks the service to hold the answer; 60 s by default,
    /// which outlasts an orderly restart. A <c>Retry-After</c> that lies behind it is not waited for.
    /// </summary>
    public TimeSpan RetryTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>The pause before the first repetition, about; 200 ms by default. It doubles from one to the next, with jitter. A <c>Retry-After</c> comes first.</summary>
    public TimeSpan FirstRetryDelay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest pause between two repetitions; 10 s by default. A <c>Retry-After</c> may be longer.</summary>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long the service is asked to hold an answer while a wait goes on, in whole seconds; 30 s by default.
    /// The service has a limit of its own (<c>MaxWait</c>), and half of <see cref="HttpClient.Timeout"/> is a limit too.
    /// </summary>
    public TimeSpan PollWait { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a stream of events may be silent before it counts as lost; 45 s by default. The service sends something every 15 s.</summary>
    public TimeSpan StreamSilence { get; set; } = TimeSpan.FromSeconds(45);

    /// <summary>The clock of all waits and pauses; the system's by default. With dependency injection, the registered one where there is one.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>One for all clients with these options: with dependency injection there may be a client for every request.</summary>
    internal ResiliencePipeline<Answer> Pipeline => LazyInitializer.EnsureInitialized(ref _pipeline, () => RetryPipeline.Build(this));

    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(TimeProvider);
        Check(AttemptTimeout, TimeSpan.FromMilliseconds(10), nameof(AttemptTimeout));
        Check(RetryTimeout, TimeSpan.FromMilliseconds(10), nameof(RetryTimeout));
        Check(FirstRetryDelay, TimeSpan.FromMilliseconds(1), nameof(FirstRetryDelay));
        Check(MaxRetryDelay, FirstRetryDelay, nameof(MaxRetryDelay));
        Check(PollWait, TimeSpan.FromSeconds(1), nameof(PollWait));
        Check(StreamSilence, TimeSpan.FromMilliseconds(10), nameof(StreamSilence));
    }

    private static void Check(TimeSpan value, TimeSpan least, string name)
    {
        if (value < least || value > TimeSpan.FromHours(12))
            throw new ArgumentOutOfRangeException(name, value, $"Set {name} to a time from {least} to 12 hours.");
    }
}

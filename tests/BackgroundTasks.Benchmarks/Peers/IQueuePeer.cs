namespace BackgroundTasks.Benchmarks;

/// <summary>What runs tasks in a process. Each calls <see cref="RunCounter.Ran"/> at the end of its handler.</summary>
internal interface IQueuePeer
{
    ValueTask EnqueueAsync(string text);

    /// <summary>Runs what is queued, if it is not run by itself soon.</summary>
    ValueTask FlushAsync() => default;
}

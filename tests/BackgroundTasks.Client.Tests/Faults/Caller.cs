namespace BackgroundTasks.Client.Tests.Faults;

/// <summary>The same calls, awaited and blocking: what holds for one must hold for the other.</summary>
public enum Caller
{
    Awaits,
    Blocks,
}

internal static class CallerExtensions
{
    public static Task<BackgroundTaskSnapshot> SubmitAsync(this BackgroundTasksClient client, Caller caller, SubmitOptions? options = null, CancellationToken cancellationToken = default) => caller is Caller.Awaits
        ? client.SubmitAsync("held", new Held("a"), TestJson.Default.Held, options, cancellationToken)
        : OnThread(() => client.Submit("held", new Held("a"), TestJson.Default.Held, options, cancellationToken));

    public static Task<BackgroundTaskSnapshot> WaitAsync(this BackgroundTasksClient client, Caller caller, string id, TimeSpan timeout, CancellationToken cancellationToken = default) => caller is Caller.Awaits
        ? client.WaitAsync(id, timeout, cancellationToken)
        : OnThread(() => client.WaitFor(id, timeout, cancellationToken));

    private static Task<T> OnThread<T>(Func<T> call) => Task.Factory.StartNew(call, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}

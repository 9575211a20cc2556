namespace BackgroundTasks.Tests.AfterResponse;

/// <summary>Work that a test starts, holds and releases.</summary>
internal sealed class Gate
{
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Entered => _entered.Task.Guarded();

    public bool WasEntered => _entered.Task.IsCompleted;

    public void Release() => _released.TrySetResult();

    public async Task PassAsync(CancellationToken cancellationToken = default)
    {
        _entered.TrySetResult();
        await _released.Task.WaitAsync(cancellationToken);
    }

    public Task WorkAsync(IServiceProvider services, CancellationToken cancellationToken) => PassAsync(cancellationToken);
}

/// <summary>A guard against a hang, never a wait that a test counts on.</summary>
internal static class Guards
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static Task Guarded(this Task task) => task.WaitAsync(Limit);

    public static Task<T> Guarded<T>(this Task<T> task) => task.WaitAsync(Limit);
}

using System.Threading.Channels;

namespace BackgroundTasks.Tests.Execution;

/// <summary>Scopes that end when a test lets them.</summary>
internal sealed class EndingScopes
{
    private readonly Channel<TaskCompletionSource> _ending = Channel.CreateUnbounded<TaskCompletionSource>();

    /// <summary>Completes when the token of a run was cancelled.</summary>
    public TaskCompletionSource Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The next scope that is about to end.</summary>
    public async Task<TaskCompletionSource> NextAsync() => await _ending.Reader.ReadAsync().AsTask().WaitAsync(TaskHost.Guard);

    public async ValueTask EndAsync()
    {
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        // Told once the run waits for it.
        await Task.Yield();
        await _ending.Writer.WriteAsync(end);
        await end.Task;
    }
}

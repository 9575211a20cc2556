using System.Threading.Channels;

namespace BackgroundTasks.Tests;

/// <summary>A handler that a test starts, holds and releases.</summary>
internal sealed class HeldWork
{
    /// <summary>Ends a test that hangs; nothing waits for it otherwise.</summary>
    public static readonly TimeSpan Guard = TimeSpan.FromSeconds(30);

    private readonly Channel<HeldRun> _started = Channel.CreateUnbounded<HeldRun>();

    /// <summary>The next run that has begun.</summary>
    public async Task<HeldRun> NextAsync() => await _started.Reader.ReadAsync().AsTask().WaitAsync(HeldWork.Guard);

    /// <summary>Whether a run has begun that nobody has taken.</summary>
    public bool HasStarted => _started.Reader.Count > 0;

    public async Task<string> HandleAsync(HeldPayload payload, BackgroundTaskContext context, CancellationToken cancellationToken)
    {
        var run = new HeldRun(payload.Name, context, cancellationToken);
        await _started.Writer.WriteAsync(run, CancellationToken.None);
        return await run.Result;
    }
}

/// <summary>One run of a held handler.</summary>
internal sealed class HeldRun(string name, BackgroundTaskContext context, CancellationToken token)
{
    private readonly TaskCompletionSource<string> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Name => name;

    public BackgroundTaskContext Context => context;

    public CancellationToken Token => token;

    public Task<string> Result => _result.Task;

    public void Return(string result) => _result.TrySetResult(result);

    public void Throw(Exception exception) => _result.TrySetException(exception);

    /// <summary>From now on the run ends as soon as its token is cancelled.</summary>
    public void HeedToken() => token.Register(() => _result.TrySetCanceled(token));

    /// <summary>Completes when the token is cancelled.</summary>
    public Task Cancelled
    {
        get
        {
            var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            token.Register(cancelled.SetResult);
            return cancelled.Task.WaitAsync(HeldWork.Guard);
        }
    }
}

internal sealed record HeldPayload(string Name = "");

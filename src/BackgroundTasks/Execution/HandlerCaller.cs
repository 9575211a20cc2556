using BackgroundTasks.Diagnostics;
using BackgroundTasks.TaskTypes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace BackgroundTasks.Execution;

/// <summary>Calls the handler of a run and ends its scope: both are the attempt. Whatever they throw is how it ended.</summary>
internal sealed class HandlerCaller(
    TaskTypeRegistry types, HandlerThreads threads, RunEndings endings, Deadlines deadlines, Gate gate, IOptions<BackgroundTasksOptions> options, ILogger<TaskExecutor> logger)
{
    /// <summary>How long a run may take to end once its token is cancelled: before the log tells of a handler, and before services of its scope are left behind.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public async ValueTask<RunEnd> CallAsync(BackgroundTask started, RunningTask run)
    {
        // What it submits is drained like itself.
        using var pass = GatePass.Take(gate);
        Exception? failure;
        ReadOnlyMemory<byte> result = default;
        using var deadline = started.Submission.Timeout is { } timeout ? AddDeadline(run, timeout) : null;
        try
        {
            result = await CallHandlerAsync(started, run);
            failure = result.Length > options.Value.MaxResultBytes ? new ResultTooLargeException(result.Length, options.Value.MaxResultBytes) : null;
        }
        catch (Exception exception)
        {
            // The boundary to the handler.
            failure = exception;
        }

        var scopeFailure = await EndScopeAsync(run);
        if (failure is not null && scopeFailure is not null and not OperationCanceledException)
            TellScopeFailed(run, scopeFailure);
        failure ??= scopeFailure;
        return failure is null ? new RunEnd(RunEndKind.Succeeded, result, Progress: run.Progress) : endings.Threw(started, run.Reason, failure);
    }

    /// <summary>Cancels a run's token; if its handler does not return because of it, the log tells.</summary>
    public void Cancel(RunningTask run, CancelReason reason)
    {
        if (!run.Cancel(reason, exception => SafeLog.Write(() => Log.CancelCallbackFailed(logger, run.Type, run.Id.ToString("N"), exception))))
            return;
        run.Overstay = deadlines.Add(Patience, () => SafeLog.Write(() => Log.Overstays(logger, run.Type, run.Id.ToString("N"), Patience.TotalSeconds)));
    }

    private Deadlines.Deadline AddDeadline(RunningTask run, TimeSpan timeout) => deadlines.Add(timeout, () => Cancel(run, CancelReason.Timeout));

    private ValueTask<ReadOnlyMemory<byte>> CallHandlerAsync(BackgroundTask started, RunningTask run)
    {
        var type = types.Get(started.Type);
        return type.Options.Blocking ? new(CallBlockingAsync(type, started, run)) : type.RunAsync(run.Payload, started.Submission.TakeBound(), run, run.Token);
    }

    private Task<ReadOnlyMemory<byte>> CallBlockingAsync(TaskType type, BackgroundTask started, RunningTask run) => threads.RunAsync(
        () => type.RunAsync(run.Payload, started.Submission.TakeBound(), run, run.Token).AsTask(), exception => SafeLog.Write(() => Log.LeftBehindFailed(logger, started.Type, exception)));

    /// <summary>What the end of the scope threw; a cancellation if it did not end in time after the run was told to stop, and is left behind.</summary>
    private async ValueTask<Exception?> EndScopeAsync(RunningTask run)
    {
        try
        {
            var ending = run.EndScopeAsync();
            if (ending.IsCompletedSuccessfully)
                return null;
            await EndInTimeAsync(ending.AsTask(), run);
            return null;
        }
        catch (Exception exception)
        {
            // The boundary to the services of the scope.
            return exception;
        }
    }

    private async Task EndInTimeAsync(Task ending, RunningTask run)
    {
        var late = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Deadlines.Deadline? deadline = null;
        await using (run.Token.UnsafeRegister(_ => deadline = deadlines.Add(PatienceOf(run), () => late.TrySetResult()), null))
        {
            if (await Task.WhenAny(ending, late.Task) == ending)
            {
                deadline?.Dispose();
                await ending;
                return;
            }
        }

        SafeLog.Write(() => Log.ScopeLeftBehind(logger, run.Type, run.Id.ToString("N"), PatienceOf(run).TotalSeconds));
        _ = ending.ContinueWith(
            failed => TellScopeFailed(run, failed.Exception!), CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        throw new OperationCanceledException(run.Token);
    }

    private void TellScopeFailed(RunningTask run, Exception exception) => SafeLog.Write(() => Log.ScopeFailed(logger, run.Type, run.Id.ToString("N"), exception));

    /// <summary>A stop has less time: what ends by then is stored, and not a lost run.</summary>
    private TimeSpan PatienceOf(RunningTask run) => run.Reason is CancelReason.Shutdown ? options.Value.StopGrace / 2 : Patience;
}

using BackgroundTasks.Diagnostics;
using BackgroundTasks.Execution;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Work = System.Func<System.IServiceProvider, System.Threading.CancellationToken, System.Threading.Tasks.Task>;

namespace BackgroundTasks.AfterResponse;

/// <summary>Runs one piece of work in a scope of its own. Never throws.</summary>
internal sealed class AfterResponseExecutor(IServiceScopeFactory scopes, Gate gate, ILogger<AfterResponseExecutor> logger)
{
    public async Task RunAsync(Work work, CancellationToken drainIsOver)
    {
        using var pass = GatePass.Take(gate);
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            if (work(scope.ServiceProvider, drainIsOver) is { } task) await task;
            else SafeLog.Write(() => logger.NoTask());
        }
        catch (Exception exception) when (drainIsOver.IsCancellationRequested && Cancellation.IsCauseOf(exception))
        {
            // It did as it was told; the runner has counted it among the lost.
        }
        catch (Exception exception)
        {
            // The boundary: nobody waits for this work any more, and the rest of its list must run.
            SafeLog.Write(() => logger.Failed(exception));
        }
    }
}

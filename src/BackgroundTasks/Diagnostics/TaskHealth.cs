using BackgroundTasks.Execution;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace BackgroundTasks.Diagnostics;

/// <summary>Ready while tasks are accepted and the store answers; degraded when a queue or the memory for tasks is nearly full.</summary>
internal sealed class TaskHealth(IBackgroundTaskStore store, Gate gate, BackgroundTaskMemory memory, IOptions<BackgroundTasksOptions> options) : IHealthCheck
{
    private const double NearlyFull = 0.9;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (gate.IsClosed)
            return HealthCheckResult.Unhealthy("The process stops.");
        var overview = await store.GetOverviewAsync(cancellationToken);
        if (overview.Fault is { } fault)
            return HealthCheckResult.Unhealthy(fault);
        var queues = options.Value.AllQueues();
        var full = overview.Queues.Where(queue => queues.TryGetValue(queue.Queue, out var settings) && queue.Queued >= NearlyFull * settings.Capacity).Select(queue => queue.Queue).ToList();
        if (memory.Used >= NearlyFull * memory.Limit)
            full.Add($"the memory for tasks ({memory.Used:N0} of {memory.Limit:N0} bytes, BackgroundTasks:MaxMemoryBytes)");
        return full.Count == 0
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Degraded($"Nearly full: {string.Join(", ", full)}.");
    }
}

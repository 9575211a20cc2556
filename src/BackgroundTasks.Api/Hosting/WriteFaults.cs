using System.Collections.Concurrent;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace BackgroundTasks.Api.Hosting;

/// <summary>
/// The files of the data folder, besides the store, that cannot be written now. The first failure is an Error in the log with its reason;
/// health is Degraded until a write works.
/// </summary>
internal sealed class WriteFaults(ILogger<WriteFaults> logger) : IHealthCheck
{
    private readonly ConcurrentDictionary<string, byte> _files = new(StringComparer.Ordinal);

    /// <summary>A write has failed.</summary>
    /// <param name="file">The file or folder, by its name in the data folder.</param>
    /// <param name="reason">Why.</param>
    public void Raise(string file, Exception reason)
    {
        if (_files.TryAdd(file, 0))
            WriteFaultsLog.CannotWrite(logger, file, reason.Message, reason);
    }

    /// <summary>A write has worked.</summary>
    /// <param name="file">The file or folder, by its name in the data folder.</param>
    public void Clear(string file)
    {
        if (!_files.IsEmpty && _files.TryRemove(file, out _))
            WriteFaultsLog.CanWriteAgain(logger, file);
    }

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(_files.IsEmpty
        ? HealthCheckResult.Healthy()
        : HealthCheckResult.Degraded($"Cannot be written: {string.Join(", ", _files.Keys.Order(StringComparer.Ordinal))}."));
}

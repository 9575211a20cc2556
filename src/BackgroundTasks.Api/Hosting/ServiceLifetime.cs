using System.Runtime.InteropServices;

namespace BackgroundTasks.Api.Hosting;

/// <summary>
/// Stops the host on the first SIGTERM, SIGQUIT or SIGINT (Ctrl-C). A second Ctrl-C is not held back: it ends the process at once (130), as if it were killed.
/// Before the host starts, a signal does what it does to every process.
/// </summary>
/// <param name="application">The host.</param>
internal sealed class ServiceLifetime(IHostApplicationLifetime application) : IHostLifetime, IDisposable
{
    private readonly List<PosixSignalRegistration> _signals = [];
    private int _stops;

    /// <summary>Whether a signal asked for the stop.</summary>
    public bool IsStopAsked => Volatile.Read(ref _stops) > 0;

    /// <summary>Whether somebody at a keyboard did.</summary>
    public bool IsInterrupted { get; private set; }

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        foreach (var signal in (ReadOnlySpan<PosixSignal>)[PosixSignal.SIGINT, PosixSignal.SIGQUIT, PosixSignal.SIGTERM])
            _signals.Add(PosixSignalRegistration.Create(signal, OnSignal));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _signals.ForEach(signal => signal.Dispose());

    private void OnSignal(PosixSignalContext context)
    {
        var isInterrupt = context.Signal is PosixSignal.SIGINT;
        if (Interlocked.Increment(ref _stops) > 1 && isInterrupt)
        {
            // The log's own thread may not come to it any more.
            Console.Error.WriteLine("Ended at once. Tasks that were running or queued run again at the next start, unless they are kept in memory.");
            return;
        }

        context.Cancel = true;
        IsInterrupted |= isInterrupt;
        application.StopApplication();
    }
}

/// <summary>Adds the start and the stop of the service.</summary>
internal static class ServiceLifetimeExtensions
{
    /// <summary>Adds the lifetime and the first lines; the last ones, <see cref="StopReport"/>, are added after the tasks.</summary>
    /// <param name="builder">The service.</param>
    public static void AddLifetime(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ServiceLifetime>();
        builder.Services.AddSingleton<IHostLifetime>(static services => services.GetRequiredService<ServiceLifetime>());
        builder.Services.AddHostedService<StartReport>();
    }
}

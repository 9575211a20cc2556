namespace BackgroundTasks;

/// <summary>
/// Work to run once the response is sent, like FastAPI's <c>BackgroundTasks</c>: inject it into an endpoint or any scoped service that it calls.
/// The work of one request runs in the order in which it was added, that of different requests side by side; each in a scope of its own.
/// One that throws is logged and the rest still run. Nothing runs if an exception left the endpoint; a returned error status runs it.
/// Outside a request the work is handed over at once. It lives in this process only: what must survive a crash is a task (<see cref="IBackgroundTaskQueue"/>).
/// </summary>
public interface IBackgroundTasks
{
    /// <summary>Adds work over the services of a fresh scope.</summary>
    /// <param name="work">The work; its token is cancelled when the process stops and the drain time is over.</param>
    /// <exception cref="BackgroundTaskQueueFullException">Too much work already waits: nothing was added.</exception>
    void AddTask(Func<IServiceProvider, CancellationToken, Task> work);

    /// <summary>Adds work on one service, which is resolved from a fresh scope.</summary>
    /// <typeparam name="TService">The service.</typeparam>
    /// <param name="work">The work; its token is cancelled when the process stops and the drain time is over.</param>
    /// <exception cref="BackgroundTaskQueueFullException">Too much work already waits: nothing was added.</exception>
    void AddTask<TService>(Func<TService, CancellationToken, Task> work)
        where TService : notnull;
}

using System.Collections.Concurrent;
using BackgroundTasks.Cli.Connection;
using BackgroundTasks.Client;
using Spectre.Console;

namespace BackgroundTasks.Cli.Commands;

/// <summary>Follows tasks to their end, and on Ctrl-C asks the person at the terminal what is to become of them.</summary>
internal sealed class TaskFollower(Session session, Screen screen)
{
    /// <summary>Waits for the end of tasks; a person sees a bar each meanwhile. Returns them as they were last seen: one whose time ran out has not finished.</summary>
    public async Task<IReadOnlyList<BackgroundTaskSnapshot>> WaitAsync(IReadOnlyList<BackgroundTaskSnapshot> tasks, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (tasks.All(static task => task.HasEnded))
            return tasks;
        return await OrAskAsync(
            tasks,
            () => screen.ErrorTerminal is { } terminal
                ? ShowAsync(terminal, tasks, timeout, cancellationToken)
                : AllAsync(tasks, (task, token) => WaitSilentlyAsync(task, timeout, token), cancellationToken),
            cancellationToken);
    }

    /// <summary>Draws every change of the tasks, or tells it where there is no terminal, until all have ended; returns them as they ended.</summary>
    public Task<IReadOnlyList<BackgroundTaskSnapshot>> WatchAsync(IReadOnlyList<BackgroundTaskSnapshot> tasks, IAnsiConsole? terminal, Action<BackgroundTaskSnapshot> tell, CancellationToken cancellationToken) =>
        OrAskAsync(
            tasks,
            async () =>
            {
                if (terminal is null)
                    return await WatchAllAsync(tasks, tell, cancellationToken);
                var ended = tasks;
                await ProgressBars.ShowAsync(terminal, tasks, async show => ended = await WatchAllAsync(tasks, show, cancellationToken));
                return ended;
            },
            cancellationToken);

    private async Task<IReadOnlyList<BackgroundTaskSnapshot>> ShowAsync(IAnsiConsole terminal, IReadOnlyList<BackgroundTaskSnapshot> tasks, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var last = new ConcurrentDictionary<string, BackgroundTaskSnapshot>(tasks.Select(static task => KeyValuePair.Create(task.Id, task)));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (timeout != Timeout.InfiniteTimeSpan)
            limit.CancelAfter(timeout);
        try
        {
            await ProgressBars.ShowAsync(terminal, tasks, show => WatchAllAsync(tasks, seen => show(last[seen.Id] = seen), limit.Token));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The time to wait is over: who has not finished by now is told so.
        }

        return [.. tasks.Select(task => last[task.Id])];
    }

    private async Task<BackgroundTaskSnapshot> WaitSilentlyAsync(BackgroundTaskSnapshot task, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (task.HasEnded)
            return task;
        try
        {
            return await session.PatientClient.WaitAsync(task.Id, timeout, cancellationToken);
        }
        catch (BackgroundTaskNotFinishedException unfinished)
        {
            return unfinished.Task ?? task;
        }
    }

    private Task<IReadOnlyList<BackgroundTaskSnapshot>> WatchAllAsync(IReadOnlyList<BackgroundTaskSnapshot> tasks, Action<BackgroundTaskSnapshot> tell, CancellationToken cancellationToken) =>
        AllAsync(tasks, (task, token) => WatchOneAsync(task, tell, token), cancellationToken);

    private static async Task<IReadOnlyList<BackgroundTaskSnapshot>> AllAsync(
        IReadOnlyList<BackgroundTaskSnapshot> tasks, Func<BackgroundTaskSnapshot, CancellationToken, Task<BackgroundTaskSnapshot>> follow, CancellationToken cancellationToken)
    {
        using var all = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watches = tasks.Select(task => follow(task, all.Token)).ToList();
        await foreach (var watch in Task.WhenEach(watches))
        {
            // One that is lost, as when the service is gone, ends the others and is what is told.
            if (!watch.IsFaulted)
                continue;
            await all.CancelAsync();
            await Task.WhenAll(watches).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            await watch;
        }

        return await Task.WhenAll(watches);
    }

    private async Task<BackgroundTaskSnapshot> WatchOneAsync(BackgroundTaskSnapshot task, Action<BackgroundTaskSnapshot> tell, CancellationToken cancellationToken)
    {
        var last = task;
        await foreach (var seen in session.PatientClient.WatchAsync(task.Id, cancellationToken))
            tell(last = seen);
        return last;
    }

    private async Task<T> OrAskAsync<T>(IReadOnlyList<BackgroundTaskSnapshot> tasks, Func<Task<T>> follow, CancellationToken cancellationToken)
    {
        try
        {
            return await follow();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            var (ids, them) = (IdsOf(tasks), tasks.Count == 1 ? "the task" : $"the {tasks.Count} tasks");
            if (!screen.CanAsk || !screen.Ask($"Cancel {them} too?"))
                throw new CommandFailure(ExitCode.Interrupted, $"Interrupted. What was not at its end goes on: see 'background-tasks watch {ids}'.");
            foreach (var task in tasks)
                await CancelAsync(task.Id);
            throw;
        }
        catch (Exception exception) when (Failures.Of(exception, session.Address) is { ExitCode: ExitCode.Unavailable } failure)
        {
            // Who submitted with this very command knows no id, and would submit again.
            throw new CommandFailure(failure.ExitCode, $"{failure.Message} To go on when it is back: 'background-tasks watch {IdsOf(tasks)}'.");
        }
    }

    private static string IdsOf(IEnumerable<BackgroundTaskSnapshot> tasks) => string.Join(' ', tasks.Select(static task => task.Id));

    /// <summary>A second Ctrl-C ends the process: this needs no token.</summary>
    private async Task CancelAsync(string id)
    {
        try
        {
            var task = await session.Client.CancelAsync(id, CancellationToken.None);
            screen.Note($"{id} {(task.HasEnded ? TaskText.Status(task) : "asked to stop")}");
        }
        catch (RequestRefusedException refused) when (refused.Problem.CurrentStatus is { } status)
        {
            screen.Note($"{id} had {status.ToString().ToLowerInvariant()}");
        }
        catch (BackgroundTaskNotFoundException)
        {
            // It was deleted meanwhile; those after it are still to be canceled.
            screen.Note(Failures.NotFound(id).Message);
        }
    }
}

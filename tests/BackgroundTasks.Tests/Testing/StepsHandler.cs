using System.Collections.Concurrent;
using BackgroundTasks.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace BackgroundTasks.Tests.Testing;

/// <summary>What a step is to do: fail so often, then enqueue another, then return its name.</summary>
internal sealed record Step(string Name, int Failures = 0, string? Next = null);

internal sealed record Note(string Text);

/// <summary>A handler that tells what it was called with.</summary>
internal sealed class StepsHandler
{
    private readonly AsyncLocal<string?> _caller = new();

    /// <summary>The names in the order in which their attempts began.</summary>
    public ConcurrentQueue<string> Began { get; } = new();

    /// <summary>What a handler can see of its submitter's context.</summary>
    public string? SeenOfCaller { get; private set; }

    public void SetCaller(string caller) => _caller.Value = caller;

    public Task<TestingHost> StartAsync(BackgroundTaskTestMode mode = BackgroundTaskTestMode.Hold, Action<BackgroundTasksOptions>? options = null) => TestingHost.StartAsync(AddTo, mode, options);

    public void AddTo(BackgroundTasksBuilder tasks) => tasks
        .AddHandler<Step, string>("step", HandleAsync, type => type.MaxAttempts = 3)
        .AddHandler<Note, string>("note", (note, _, _) => Task.FromResult(note.Text));

    private async Task<string> HandleAsync(Step step, BackgroundTaskContext context, CancellationToken cancellationToken)
    {
        SeenOfCaller = _caller.Value;
        Began.Enqueue(step.Name);
        if (context.Attempt <= step.Failures)
            throw new BackgroundTaskException($"{step.Name} failed");
        var queue = (IBackgroundTaskQueue)context.Services.GetService(typeof(IBackgroundTaskQueue))!;
        if (step.Next is { } next)
            await queue.EnqueueAsync(new Step(next), cancellationToken: cancellationToken);
        return step.Name;
    }
}

using BackgroundTasks.Stores;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Running;

namespace BackgroundTasks.Benchmarks;

/// <summary>What the store costs a task, without a queue or a handler: time and allocation.</summary>
[MemoryDiagnoser]
public class Micro
{
    private readonly SampleTask _tasks = new();
    private LocalTaskStore _store = null!;

    internal static int Run(string[] args) => BenchmarkSwitcher.FromTypes([typeof(Micro)]).Run(args).Any() ? 0 : 1;

    /// <summary>An empty store.</summary>
    [GlobalSetup]
    public async Task OpenAsync() => _store = await BenchFolder.OpenAsync();

    /// <summary>Accept, start and end in memory.</summary>
    [Benchmark]
    public async Task AcceptStartEndInMemory()
    {
        var task = _tasks.Next();
        await _store.AddAsync(task, int.MaxValue, default);
        var running = task.Start("node", task.Submission.CreatedAt)!;
        await _store.TrySwapAsync(task, running, StoreWrite.Behind, default);
        await _store.TrySwapAsync(running, running.Succeed(SampleTask.Result, task.Submission.CreatedAt), StoreWrite.Durable, default);
    }
}

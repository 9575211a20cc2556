using BackgroundTasks.Execution;
using BackgroundTasks.Stores;
using BackgroundTasks.Tests.Stores;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace BackgroundTasks.Tests.Budget;

/// <summary>Runs of tasks whose payload the store has kept to itself, and hosts whose memory for tasks is used up.</summary>
public sealed class RunWithStoredPayloadTests
{
    private static readonly string Long = new('x', 10_000);
    private readonly HeldWork _held = new();
    private FailingJournal _journal = null!;

    [Fact]
    public async Task A_long_payload_is_read_when_its_task_runs_and_counts_until_the_run_is_over()
    {
        await using var host = await StartAsync();
        var task = await host.Queue.EnqueueAsync(new HeldPayload(Long));

        var run = await _held.NextAsync();
        var used = host.Get<BackgroundTaskMemory>().Used;
        run.Return("done");

        Assert.Equal(Long, run.Name);
        Assert.Equal(BackgroundTaskState.Succeeded, (await host.EndOf(task)).State);
        Assert.True(used >= 2 * Long.Length, $"{used} bytes are held: the payload in the store and the one that runs.");
    }

    [Fact]
    public async Task A_payload_that_cannot_be_read_costs_no_attempt_and_its_task_runs_when_it_can()
    {
        await using var host = await StartAsync();
        _journal.FailingReads = 3;
        var task = await host.Queue.EnqueueAsync(new HeldPayload(Long));

        var next = _held.NextAsync();
        while (!next.IsCompleted)
        {
            host.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        (await next).Return("done");
        var ended = await host.EndOf(task);
        Assert.Equal((BackgroundTaskState.Succeeded, 1, 1, 4), (ended.State, ended.Attempt, ended.Run, _journal.Reads));
    }

    [Fact]
    public async Task Long_payloads_that_do_not_fit_beside_those_that_run_wait_and_all_run()
    {
        await using var host = await StartAsync(options =>
        {
            options.MaxMemoryBytes = 4_000_000;
            options.MaxPayloadBytes = 300_000;
            options.Queues["default"] = new() { Workers = 8 };
        });
        var payload = new string('x', 280_000);
        var tasks = new List<BackgroundTask>();
        for (var i = 0; i < 8; i++)
            tasks.Add(await host.Queue.EnqueueAsync(new HeldPayload(payload)));

        var running = new Queue<HeldRun>();
        var mostAtOnce = 0;
        for (var i = 0; i < tasks.Count; i++)
        {
            running.Enqueue(await _held.NextAsync());
            mostAtOnce = Math.Max(mostAtOnce, running.Count);
            if (running.Count == 3)
            {
                Assert.False(_held.HasStarted);
                running.Dequeue().Return("");
            }
        }

        while (running.TryDequeue(out var run))
            run.Return("");
        foreach (var task in tasks)
            Assert.Equal((BackgroundTaskState.Succeeded, 1), ((await host.EndOf(task)).State, (await host.EndOf(task)).Attempt));
        Assert.Equal(3, mostAtOnce);
    }

    [Fact]
    public async Task Memory_that_runs_out_while_a_payload_is_read_costs_no_attempt()
    {
        await using var host = await StartAsync();
        _journal.ReadFault = new InsufficientMemoryException();
        _journal.FailingReads = 1;
        var task = await host.Queue.EnqueueAsync(new HeldPayload(Long));

        var next = _held.NextAsync();
        while (!next.IsCompleted)
        {
            host.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        (await next).Return("");
        Assert.Equal((BackgroundTaskState.Succeeded, 1), ((await host.EndOf(task)).State, (await host.EndOf(task)).Attempt));
    }

    [Fact]
    public async Task A_payload_that_the_store_has_lost_fails_its_task_for_good()
    {
        await using var host = await StartAsync();
        _journal.HasLostPayloads = true;

        var task = await host.Queue.EnqueueAsync(new HeldPayload(Long), new() { MaxAttempts = 5 });

        var ended = await host.EndOf(task);
        Assert.Equal((BackgroundTaskState.Failed, 1, "PayloadLostException"), (ended.State, ended.Attempt, ended.Error?.Type));
        Assert.False(_held.HasStarted);
    }

    [Fact]
    public async Task A_payload_is_there_for_a_retry_by_hand()
    {
        await using var host = await StartAsync();
        var task = await host.Queue.EnqueueAsync(new HeldPayload(Long));
        (await _held.NextAsync()).Throw(new InvalidOperationException());
        await host.EndOf(task);

        await host.Queue.RetryAsync(task.Id);

        var run = await _held.NextAsync();
        run.Return("");
        Assert.Equal(Long, run.Name);
    }

    [Fact]
    public async Task A_result_counts_while_it_waits_for_a_store_that_cannot_write()
    {
        await using var host = await StartAsync();
        var memory = host.Get<BackgroundTaskMemory>();
        var task = await host.Queue.EnqueueAsync(new HeldPayload());
        var run = await _held.NextAsync();
        var before = memory.Used;

        _journal.Fails = true;
        run.Return(new string('y', 1_000_000));
        await _journal.Refused.WaitAsync(TaskHost.Guard);
        var waiting = memory.Used - before;
        _journal.Fails = false;
        var ending = host.EndOf(task);
        while (!ending.IsCompleted)
        {
            host.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.InRange(waiting, 1_000_000, 1_100_000);
        Assert.Equal(BackgroundTaskState.Succeeded, (await ending).State);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_worker_goes_on_before_an_end_is_stored_only_if_memory_is_left_for_its_result(bool hasMemory)
    {
        var ends = new PendingEnds(NullLogger.Instance, () => hasMemory, () => { });
        var ending = new TaskCompletionSource();

        var mayGoOn = ends.AddAsync(new SampleTasks().Queued(), ending.Task, goesOn: true);

        Assert.Equal(hasMemory, mayGoOn.IsCompleted);
        ending.SetResult();
        await mayGoOn.WaitAsync(TaskHost.Guard);
    }

    [Fact]
    public async Task Code_is_told_that_no_memory_is_left_and_what_waits_still_runs()
    {
        await using var host = await StartAsync();
        var accepted = await host.Queue.EnqueueAsync(new HeldPayload(Long));
        var memory = host.Get<BackgroundTaskMemory>();
        memory.Take(memory.Limit);

        var refusal = await Assert.ThrowsAsync<BackgroundTaskQueueFullException>(async () => await host.Queue.EnqueueAsync(new HeldPayload()));
        (await _held.NextAsync()).Return("");

        Assert.Equal("No memory is left for more tasks. Try again later, or raise BackgroundTasks:MaxMemoryBytes.", refusal.Message);
        Assert.Equal(BackgroundTaskState.Succeeded, (await host.EndOf(accepted)).State);
    }

    [Theory]
    [InlineData(89, HealthStatus.Healthy)]
    [InlineData(91, HealthStatus.Degraded)]
    public async Task Readiness_is_degraded_when_the_memory_is_nearly_full(int percent, HealthStatus expected)
    {
        await using var host = await StartAsync();
        var memory = host.Get<BackgroundTaskMemory>();
        memory.Take(memory.Limit / 100 * percent);

        var report = await host.Get<HealthCheckService>().CheckHealthAsync();

        var entry = report.Entries["background-tasks"];
        Assert.Equal(expected, entry.Status);
        Assert.Equal(expected is HealthStatus.Degraded, entry.Description?.Contains("BackgroundTasks:MaxMemoryBytes", StringComparison.Ordinal) ?? false);
    }

    [Theory]
    [InlineData(9_000_001, false)]
    [InlineData(9_000_000, true)]
    public async Task Finished_tasks_may_not_take_all_memory(long maxRetained, bool starts)
    {
        var start = StartAsync(options => (options.MaxMemoryBytes, options.MaxRetainedBytes) = (12_000_000, maxRetained));

        if (starts)
        {
            await using var host = await start;
            return;
        }

        var refusal = await Assert.ThrowsAsync<OptionsValidationException>(() => start);
        Assert.Contains("BackgroundTasks:MaxRetainedBytes is 9000001; set it to at most three quarters of BackgroundTasks:MaxMemoryBytes (12000000)", refusal.Message, StringComparison.Ordinal);
    }

    private Task<TaskHost> StartAsync(Action<BackgroundTasksOptions>? options = null) => TaskHost.StartAsync(
        builder => builder.AddHandler<HeldPayload, string>("held", _held.HandleAsync).Services.Replace(ServiceDescriptor.Singleton<IBackgroundTaskJournal>(
            services => _journal = new FailingJournal(new MemoryJournal(services.GetRequiredService<BackgroundTaskMemory>(), services.GetRequiredService<IOptions<BackgroundTasksOptions>>())))),
        options);
}

using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;

namespace BackgroundTasks.Tests.Diagnostics;

public class TaskMetricsTests
{
    private const string Type = "background_tasks.task.type";
    private const string QueueName = "background_tasks.queue.name";
    private const string Outcome = "background_tasks.outcome";
    private const string Reason = "background_tasks.refusal.reason";

    private readonly HeldWork _held = new();

    [Fact]
    public async Task Names_kinds_and_units_stay_as_they_are_documented()
    {
        await using var host = await StartAsync();
        var factory = host.Get<IMeterFactory>();
        var published = new List<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Scope == factory && instrument.Meter.Name == BackgroundTasksDiagnostics.MeterName)
                published.Add($"{instrument.Name} {instrument.GetType().Name} {instrument.Unit}");
        };
        listener.Start();

        Assert.Equal("BackgroundTasks", BackgroundTasksDiagnostics.MeterName);
        Assert.Equal(
            [
                "background_tasks.attempt.duration Histogram`1 s",
                "background_tasks.attempt.finished Counter`1 {attempt}",
                "background_tasks.attempt.started Counter`1 {attempt}",
                "background_tasks.memory.limit ObservableUpDownCounter`1 By",
                "background_tasks.memory.usage ObservableUpDownCounter`1 By",
                "background_tasks.queue.capacity ObservableUpDownCounter`1 {task}",
                "background_tasks.queue.size ObservableUpDownCounter`1 {task}",
                "background_tasks.task.accepted Counter`1 {task}",
                "background_tasks.task.attempts Histogram`1 {attempt}",
                "background_tasks.task.refused Counter`1 {task}",
                "background_tasks.task.time_in_queue Histogram`1 s",
                "background_tasks.worker.busy ObservableUpDownCounter`1 {worker}",
                "background_tasks.worker.limit ObservableUpDownCounter`1 {worker}",
            ],
            published.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Accepted_tasks_are_counted_by_type_and_queue_and_by_nothing_else()
    {
        await using var host = await StartAsync();
        using var accepted = Collect<long>(host, "background_tasks.task.accepted");

        await host.Queue.EnqueueAsync(new HeldPayload());
        (await _held.NextAsync()).Return("");

        Assert.Equal("1 background_tasks.queue.name=default background_tasks.task.type=held", Assert.Single(Lines(accepted)));
    }

    [Fact]
    public async Task A_refused_task_is_counted_with_the_reason_and_not_as_accepted()
    {
        await using var host = await StartAsync(workers: 1, capacity: 1);
        await host.Queue.EnqueueAsync(new HeldPayload());
        var run = await _held.NextAsync();
        await host.Queue.EnqueueAsync(new HeldPayload());
        using var refused = Collect<long>(host, "background_tasks.task.refused");
        using var accepted = Collect<long>(host, "background_tasks.task.accepted");

        await Assert.ThrowsAsync<BackgroundTaskQueueFullException>(async () => await host.Queue.EnqueueAsync(new HeldPayload()));
        var stopping = host.StopAsync();
        await Assert.ThrowsAsync<BackgroundTaskQueueFullException>(async () => await host.Queue.EnqueueAsync(new HeldPayload()));
        run.Return("");
        (await _held.NextAsync()).Return("");
        await stopping;

        Assert.Equal(["queue_full", "stopping"], refused.GetMeasurementSnapshot().Select(measured => measured.Tags[Reason]));
        Assert.Equal([Type, Reason, QueueName], refused.LastMeasurement!.Tags.Keys.OrderDescending());
        Assert.Empty(accepted.GetMeasurementSnapshot());
    }

    [Fact]
    public async Task Every_attempt_is_counted_by_how_it_ended()
    {
        await using var host = await StartAsync();
        using var started = Collect<long>(host, "background_tasks.attempt.started");
        using var finished = Collect<long>(host, "background_tasks.attempt.finished");
        using var attempts = Collect<int>(host, "background_tasks.task.attempts");

        await RunAsync(host, run => run.Return(""));
        await RunAsync(host, run => run.Throw(new BackgroundTaskException("No.")));
        var canceled = await host.Queue.EnqueueAsync(new HeldPayload());
        (await _held.NextAsync()).HeedToken();
        await host.Queue.CancelAsync(canceled.Id);
        await finished.WaitForMeasurementsAsync(3, TaskHost.Guard);
        await host.Queue.EnqueueAsync(new HeldPayload());
        (await _held.NextAsync()).HeedToken();
        var stopping = host.StopAsync();
        host.Time.Advance(TimeSpan.FromSeconds(20));
        await stopping.WaitAsync(TaskHost.Guard);

        Assert.Equal(["canceled", "failed", "interrupted", "succeeded"], finished.GetMeasurementSnapshot().Select(measured => (string)measured.Tags[Outcome]!).Order());
        Assert.Equal([Type, QueueName, Outcome], finished.LastMeasurement!.Tags.Keys.OrderDescending());
        Assert.Equal(4, started.GetMeasurementSnapshot().Count);
        Assert.Equal(["1 canceled", "1 failed", "1 succeeded"], attempts.GetMeasurementSnapshot().Select(measured => $"{measured.Value} {measured.Tags[Outcome]}").Order());
    }

    [Fact]
    public async Task The_time_in_the_queue_and_the_time_of_the_run_are_told_apart()
    {
        await using var host = await StartAsync(workers: 1);
        using var waited = Collect<double>(host, "background_tasks.task.time_in_queue");
        using var ran = Collect<double>(host, "background_tasks.attempt.duration");
        await host.Queue.EnqueueAsync(new HeldPayload());
        await host.Queue.EnqueueAsync(new HeldPayload());

        var first = await _held.NextAsync();
        host.Time.Advance(TimeSpan.FromSeconds(7));
        first.Return("");
        var second = await _held.NextAsync();
        host.Time.Advance(TimeSpan.FromSeconds(2));
        second.Return("");
        await ran.WaitForMeasurementsAsync(2, TaskHost.Guard);

        Assert.Equal([0.0, 7.0], waited.GetMeasurementSnapshot().Select(measured => measured.Value));
        Assert.Equal([7.0, 2.0], ran.GetMeasurementSnapshot().Select(measured => measured.Value));
        Assert.Equal(3600, ((Histogram<double>)ran.Instrument!).Advice!.HistogramBucketBoundaries![^1]);
    }

    [Fact]
    public async Task The_size_of_a_queue_is_what_is_queued_and_every_queue_has_one()
    {
        await using var host = await StartAsync(workers: 1, capacity: 50, options => options.Queues["other"] = new() { Workers = 3, Capacity = 9 });
        for (var i = 0; i < 4; i++)
            await host.Queue.EnqueueAsync(new HeldPayload());
        var run = await _held.NextAsync();

        Assert.Equal(["3 background_tasks.queue.name=default", "0 background_tasks.queue.name=other"], Observe(host, "background_tasks.queue.size"));
        Assert.Equal(["50 background_tasks.queue.name=default", "9 background_tasks.queue.name=other"], Observe(host, "background_tasks.queue.capacity"));
        Assert.Equal(["1 background_tasks.queue.name=default", "0 background_tasks.queue.name=other"], Observe(host, "background_tasks.worker.busy"));
        Assert.Equal(["1 background_tasks.queue.name=default", "3 background_tasks.queue.name=other"], Observe(host, "background_tasks.worker.limit"));

        run.Return("");
        for (var i = 0; i < 3; i++)
            (await _held.NextAsync()).Return("");
    }

    private Task<TaskHost> StartAsync(int workers = 8, int capacity = 100, Action<BackgroundTasksOptions>? configure = null) => TaskHost.StartAsync(
        tasks => tasks.AddHandler<HeldPayload, string>("held", _held.HandleAsync),
        options =>
        {
            options.Queues["default"] = new() { Workers = workers, Capacity = capacity };
            configure?.Invoke(options);
        });

    private async Task RunAsync(TaskHost host, Action<HeldRun> end)
    {
        var task = await host.Queue.EnqueueAsync(new HeldPayload());
        end(await _held.NextAsync());
        await host.EndOf(task);
    }

    private static MetricCollector<T> Collect<T>(TaskHost host, string name)
        where T : struct => new(host.Get<IMeterFactory>(), BackgroundTasksDiagnostics.MeterName, name);

    private static IEnumerable<string> Observe(TaskHost host, string name)
    {
        using var collector = Collect<long>(host, name);
        collector.RecordObservableInstruments();
        return Lines(collector).OrderBy(line => line.Split(' ')[1]);
    }

    private static List<string> Lines(MetricCollector<long> collector) =>
        [.. collector.GetMeasurementSnapshot().Select(measured => $"{measured.Value} {string.Join(' ', measured.Tags.Select(tag => $"{tag.Key}={tag.Value}").Order(StringComparer.Ordinal))}")];
}

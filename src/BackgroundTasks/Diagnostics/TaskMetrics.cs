using System.Diagnostics;
using System.Diagnostics.Metrics;
using BackgroundTasks.Execution;
using Microsoft.Extensions.Options;

namespace BackgroundTasks.Diagnostics;

/// <summary>Every metric of the library. An instrument to which nobody listens costs the reading of one field.</summary>
internal sealed class TaskMetrics
{
    private static readonly InstrumentAdvice<double> Seconds = new() { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600] };
    private static readonly InstrumentAdvice<int> Attempts = new() { HistogramBucketBoundaries = [1, 2, 3, 5, 10, 20] };

    private readonly OverviewReader _overview;
    private readonly IReadOnlyDictionary<string, BackgroundTaskQueueOptions> _queues;
    private readonly Counter<long> _accepted;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _started;
    private readonly Counter<long> _finished;
    private readonly Histogram<double> _timeInQueue;
    private readonly Histogram<double> _duration;
    private readonly Histogram<int> _attempts;
    private volatile IReadOnlyList<QueueWorkers> _workers = [];

    public TaskMetrics(IMeterFactory meters, OverviewReader overview, BackgroundTaskMemory memory, IOptions<BackgroundTasksOptions> options)
    {
        (_overview, _queues) = (overview, options.Value.AllQueues());
        var meter = meters.Create(BackgroundTasksDiagnostics.MeterName);
        _accepted = meter.CreateCounter<long>("background_tasks.task.accepted", "{task}", "Tasks that were accepted.");
        _refused = meter.CreateCounter<long>("background_tasks.task.refused", "{task}", "Valid tasks that were refused: their queue or the memory was full, or the process stopped.");
        _started = meter.CreateCounter<long>("background_tasks.attempt.started", "{attempt}", "Attempts that began.");
        _finished = meter.CreateCounter<long>("background_tasks.attempt.finished", "{attempt}", "Attempts that ended.");
        _timeInQueue = meter.CreateHistogram("background_tasks.task.time_in_queue", "s", "How long a task was queued before an attempt began.", tags: null, Seconds);
        _duration = meter.CreateHistogram("background_tasks.attempt.duration", "s", "How long the handler ran in one attempt.", tags: null, Seconds);
        _attempts = meter.CreateHistogram("background_tasks.task.attempts", "{attempt}", "How many attempts a task had taken when it ended.", tags: null, Attempts);
        meter.CreateObservableUpDownCounter("background_tasks.queue.size", ReadSizes, "{task}", "Tasks that wait for a worker.");
        meter.CreateObservableUpDownCounter("background_tasks.queue.capacity", ReadCapacities, "{task}", "How many tasks may wait for a worker.");
        meter.CreateObservableUpDownCounter("background_tasks.worker.busy", () => ReadWorkers(static workers => workers.Busy), "{worker}", "Workers that run a task.");
        meter.CreateObservableUpDownCounter("background_tasks.worker.limit", () => ReadWorkers(static workers => workers.Workers), "{worker}", "How many tasks may run at once.");
        meter.CreateObservableUpDownCounter("background_tasks.memory.usage", () => memory.Used, "By", "Bytes held for tasks: payloads, results, request bodies.");
        meter.CreateObservableUpDownCounter("background_tasks.memory.limit", () => memory.Limit, "By", "How many bytes may be held for tasks.");
    }

    public bool ObservesSubmits => _accepted.Enabled || _refused.Enabled;

    public bool ObservesAttempts => _started.Enabled || _finished.Enabled || _timeInQueue.Enabled || _duration.Enabled || _attempts.Enabled;

    /// <summary>The workers there are, once there are some.</summary>
    public void Observe(IReadOnlyList<QueueWorkers> workers) => _workers = workers;

    public void Accepted(string type, string queue) => _accepted.Add(1, Tags(type, queue));

    public void Refused(string type, string queue, string reason)
    {
        var tags = Tags(type, queue);
        tags.Add(TelemetryNames.RefusalReason, reason);
        _refused.Add(1, tags);
    }

    public void Started(BackgroundTask task)
    {
        var tags = Tags(task.Type, task.Queue);
        _started.Add(1, tags);
        if (task.StartedAt - task.QueuedAt is { } waited)
            _timeInQueue.Record(Math.Max(0, waited.TotalSeconds), tags);
    }

    public void Finished(BackgroundTask task, string outcome, TimeSpan duration, bool isEnd)
    {
        var tags = Tags(task.Type, task.Queue);
        tags.Add(TelemetryNames.Outcome, outcome);
        _finished.Add(1, tags);
        _duration.Record(duration.TotalSeconds, tags);
        if (isEnd)
            _attempts.Record(task.Attempt, tags);
    }

    private static TagList Tags(string type, string queue) => new() { { TelemetryNames.TaskType, type }, { TelemetryNames.Queue, queue } };

    private static Measurement<long> Measure(string queue, long value) => new(value, new KeyValuePair<string, object?>(TelemetryNames.Queue, queue));

    /// <summary>Of every queue that is set up, and of those that are not any more and still hold tasks.</summary>
    private IEnumerable<Measurement<long>> ReadSizes()
    {
        var sizes = _overview.Read().Queues.ToDictionary(queue => queue.Queue, queue => queue.Queued);
        foreach (var queue in _queues.Keys)
            sizes.TryAdd(queue, 0);
        return sizes.Select(size => Measure(size.Key, size.Value));
    }

    private IEnumerable<Measurement<long>> ReadCapacities() => _queues.Select(queue => Measure(queue.Key, queue.Value.Capacity));

    private IEnumerable<Measurement<long>> ReadWorkers(Func<QueueWorkers, int> number) => _workers.Select(workers => Measure(workers.Queue, number(workers)));
}

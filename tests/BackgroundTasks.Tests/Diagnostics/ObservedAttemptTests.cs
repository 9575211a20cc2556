using System.Diagnostics.Metrics;
using BackgroundTasks.Diagnostics;
using BackgroundTasks.Tests.Stores;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;

namespace BackgroundTasks.Tests.Diagnostics;

public class ObservedAttemptTests
{
    private readonly BackgroundTask _started = new SampleTasks().Queued().Start("node", SampleTasks.Start)!;

    [Fact]
    public async Task An_attempt_whose_end_could_not_be_stored_has_decided_nothing() =>
        Assert.Equal("interrupted", await OutcomeOfAsync(_ => { }));

    [Fact]
    public async Task An_attempt_whose_task_was_another_nodes_by_then_has_decided_nothing() =>
        Assert.Equal("interrupted", await OutcomeOfAsync(attempt => attempt.End(_started.Succeed(default, SampleTasks.Start), changed: false)));

    [Theory]
    [InlineData(BackgroundTaskState.Scheduled)]
    [InlineData(BackgroundTaskState.Queued)]
    public async Task An_attempt_after_which_the_task_waits_for_another_has_failed(BackgroundTaskState state)
    {
        var waiting = new BackgroundTask { Submission = _started.Submission, State = state, Attempt = _started.Attempt, Error = new("IOException", "No.", 1) };

        Assert.Equal("failed", await OutcomeOfAsync(attempt => attempt.End(waiting, changed: true)));
    }

    private async Task<object?> OutcomeOfAsync(Action<ObservedAttempt> end)
    {
        await using var host = await TaskHost.StartAsync(_ => { });
        using var finished = new MetricCollector<long>(host.Get<IMeterFactory>(), BackgroundTasksDiagnostics.MeterName, "background_tasks.attempt.finished");
        using var attempts = new MetricCollector<int>(host.Get<IMeterFactory>(), BackgroundTasksDiagnostics.MeterName, "background_tasks.task.attempts");
        using (var attempt = host.Get<TaskTelemetry>().StartAttempt(_started)!)
            end(attempt);

        Assert.Empty(attempts.GetMeasurementSnapshot());
        return Assert.Single(finished.GetMeasurementSnapshot()).Tags["background_tasks.outcome"];
    }
}

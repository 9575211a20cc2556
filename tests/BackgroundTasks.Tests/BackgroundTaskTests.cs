namespace BackgroundTasks.Tests;

public class BackgroundTaskTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly BackgroundTaskError Error = new("SomeError", "It failed.", 1);

    private static readonly BackgroundTask Queued = BackgroundTask.Create(new BackgroundTaskSubmission { Id = new BackgroundTaskIds(TimeProvider.System).Next(), Type = "t", Queue = "default", CreatedAt = Now });
    private static readonly BackgroundTask Running = Queued.Start("node", Now.AddSeconds(1))!;
    private static readonly BackgroundTask Succeeded = Running.Succeed("1"u8.ToArray(), Now.AddSeconds(2))!;
    private static readonly BackgroundTask Failed = Running.Fail(Error, Now.AddSeconds(2))!;
    private static readonly BackgroundTask Canceled = Queued.Cancel(Now.AddSeconds(2))!;

    private static readonly BackgroundTask Scheduled = BackgroundTask.Create(Queued.Submission, Now.AddHours(1));

    public static TheoryData<string, string> Legal => new()
    {
        { "scheduled", "release cancel" },
        { "queued", "start cancel" },
        { "running", "succeed fail schedule-retry interrupt recover cancel" },
        { "cancel requested", "succeed fail schedule-retry end-canceled interrupt recover" },
        { "succeeded", "" },
        { "failed", "retry" },
        { "canceled", "retry" },
    };

    [Theory]
    [MemberData(nameof(Legal))]
    public void Only_legal_transitions_have_a_successor(string state, string legal)
    {
        var task = state switch
        {
            "scheduled" => Scheduled,
            "queued" => Queued,
            "running" => Running,
            "cancel requested" => Running.Cancel(Now)!,
            "succeeded" => Succeeded,
            "failed" => Failed,
            _ => Canceled,
        };
        var successors = new (string Name, BackgroundTask? Task)[]
        {
            ("release", task.Release(Now.AddHours(1))),
            ("start", task.Start("node", Now)),
            ("succeed", task.Succeed(default, Now)),
            ("fail", task.Fail(Error, Now)),
            ("schedule-retry", task.ScheduleRetry(Error, Now.AddHours(1), Now)),
            ("end-canceled", task.EndCanceled(Now)),
            ("interrupt", task.Interrupt(Now)),
            ("recover", task.Recover(3, Now)),
            ("cancel", task.Cancel(Now)),
            ("retry", task.Retry(Now)),
        };

        Assert.Equal(legal, string.Join(' ', successors.Where(successor => successor.Task is not null).Select(successor => successor.Name)));
        Assert.All(successors.Where(successor => successor.Task is not null), successor => Assert.Equal(task.Version + 1, successor.Task!.Version));
    }

    [Fact]
    public void A_time_past_queues_at_once()
    {
        Assert.Equal(BackgroundTaskState.Queued, BackgroundTask.Create(Queued.Submission, Now).State);
        Assert.Equal((BackgroundTaskState.Scheduled, Now.AddHours(1), null), (Scheduled.State, Scheduled.ScheduledFor, Scheduled.QueuedAt));
    }

    [Fact]
    public void What_is_due_is_released_also_by_a_clock_that_was_set_back() =>
        Assert.Equal((BackgroundTaskState.Queued, Now.AddMinutes(59)), (Scheduled.Release(Now.AddMinutes(59))!.State, Scheduled.Release(Now.AddMinutes(59))!.QueuedAt));

    [Fact]
    public void A_task_that_waits_for_its_next_attempt_shows_the_error_of_the_last()
    {
        var waiting = Running.ScheduleRetry(Error, Now.AddHours(1), Now)!;
        var again = waiting.Release(Now.AddHours(1))!.Start("node", Now.AddHours(2))!;

        Assert.Equal((BackgroundTaskState.Scheduled, Error, 1, Now.AddSeconds(1)), (waiting.State, waiting.Error, waiting.Attempt, waiting.StartedAt));
        Assert.Equal((2, 2, null), (again.Attempt, again.Run, again.Error));
    }

    [Fact]
    public void A_failure_after_a_cancel_request_is_not_tried_again() =>
        Assert.Equal(BackgroundTaskState.Failed, Running.Cancel(Now)!.ScheduleRetry(Error, Now.AddHours(1), Now)!.State);

    [Fact]
    public void A_retry_is_as_at_submit_but_for_version_and_run()
    {
        var again = Running.Cancel(Now)!.EndCanceled(Now)!.Retry(Now.AddHours(1))!;

        Assert.Equal((BackgroundTaskState.Queued, 0, 1, false, Now.AddHours(1)), (again.State, again.Attempt, again.Run, again.CancelRequested, again.QueuedAt));
        Assert.Equal((null, null, null, null), (again.StartedAt, again.FinishedAt, again.Error, again.Progress));
    }

    [Fact]
    public void Every_transition_raises_the_version_by_one()
    {
        Assert.Equal(1, Queued.Version);
        Assert.Equal(2, Running.Version);
        Assert.Equal([3L, 3L, 3L, 3L], [Succeeded.Version, Failed.Version, Running.Interrupt(Now)!.Version, Running.Cancel(Now)!.Version]);
        Assert.Equal(2, Canceled.Version);
    }

    [Fact]
    public void A_start_begins_a_run_and_an_attempt()
    {
        Assert.Equal((1, 1, "node"), (Running.Run, Running.Attempt, Running.Node));
        Assert.Equal(Now.AddSeconds(1), Running.StartedAt);
        Assert.True(Running.IsRun("node", 1));
        Assert.False(Running.IsRun("node", 2));
        Assert.False(Running.IsRun("other", 1));
    }

    [Fact]
    public void An_interruption_gives_the_attempt_back_but_not_the_run()
    {
        var again = Running.Interrupt(Now.AddSeconds(3))!.Start("node", Now.AddSeconds(4))!;

        Assert.Equal((2, 1), (again.Run, again.Attempt));
    }

    [Fact]
    public void An_interruption_ends_what_a_client_wanted_canceled() =>
        Assert.Equal(BackgroundTaskState.Canceled, Running.Cancel(Now)!.Interrupt(Now)!.State);

    [Fact]
    public void A_cancel_of_what_runs_only_asks()
    {
        var asked = Running.Cancel(Now)!;

        Assert.Equal((BackgroundTaskState.Running, true, null), (asked.State, asked.CancelRequested, asked.FinishedAt));
        Assert.Equal(BackgroundTaskState.Succeeded, asked.Succeed(default, Now)!.State);
    }

    [Fact]
    public void What_ended_tells_when_and_how()
    {
        Assert.Equal("1"u8.ToArray(), Succeeded.Result.ToArray());
        Assert.Same(Error, Failed.Error);
        Assert.All([Succeeded, Failed, Canceled], task => Assert.Equal(Now.AddSeconds(2), task.FinishedAt));
        Assert.All([Succeeded, Failed, Canceled], task => Assert.True(task.IsTerminal));
        Assert.Null(Canceled.Error);
    }

    [Fact]
    public void Progress_is_no_transition()
    {
        var progress = new BackgroundTaskProgress(1, 50, "half");

        Assert.Equal((Running.Version, progress), (Running.WithProgress(progress).Version, Running.WithProgress(progress).Progress));
    }

    [Fact]
    public void A_run_that_is_lost_is_counted_apart_and_is_no_attempt()
    {
        var recovered = Running.Recover(maxLostRuns: 3, Now.AddSeconds(5))!;

        Assert.Equal((BackgroundTaskState.Queued, 1, 0, 1, true, null), (recovered.State, recovered.Run, recovered.Attempt, recovered.LostRuns, recovered.Survived, recovered.Node));
        Assert.Equal(Now.AddSeconds(5), recovered.QueuedAt);
    }

    [Fact]
    public void A_run_lost_for_the_last_time_fails_its_task()
    {
        var task = Queued;
        for (var lost = 0; lost < 2; lost++)
            task = task.Start("node", Now)!.Recover(maxLostRuns: 3, Now)!;

        var failed = task.Start("node", Now)!.Recover(maxLostRuns: 3, Now)!;

        Assert.Equal((BackgroundTaskState.Failed, 3, "lost", 1, false), (failed.State, failed.LostRuns, failed.Error!.Type, failed.Error.Attempt, failed.Survived));
        Assert.Contains("3 times", failed.Error.Message, StringComparison.Ordinal);
        Assert.Equal(0, failed.Retry(Now)!.LostRuns);
    }

    [Fact]
    public void A_run_that_is_lost_while_its_cancel_is_requested_ends_canceled() =>
        Assert.Equal(BackgroundTaskState.Canceled, Running.Cancel(Now)!.Recover(maxLostRuns: 3, Now)!.State);
}

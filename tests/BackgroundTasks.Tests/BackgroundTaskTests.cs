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

    public static TheoryData<string, bool, bool, bool, bool, bool, bool> Legal => new()
    {
        // state, start, succeed, fail, end canceled, interrupt, cancel
        { "queued", true, false, false, false, false, true },
        { "running", false, true, true, false, true, true },
        { "cancel requested", false, true, true, true, true, false },
        { "succeeded", false, false, false, false, false, false },
        { "failed", false, false, false, false, false, false },
        { "canceled", false, false, false, false, false, false },
    };

    [Theory]
    [MemberData(nameof(Legal))]
    public void Only_legal_transitions_have_a_successor(string state, bool start, bool succeed, bool fail, bool endCanceled, bool interrupt, bool cancel)
    {
        var task = state switch
        {
            "queued" => Queued,
            "running" => Running,
            "cancel requested" => Running.Cancel(Now)!,
            "succeeded" => Succeeded,
            "failed" => Failed,
            _ => Canceled,
        };

        Assert.Equal(start, task.Start("node", Now) is not null);
        Assert.Equal(succeed, task.Succeed(default, Now) is not null);
        Assert.Equal(fail, task.Fail(Error, Now) is not null);
        Assert.Equal(endCanceled, task.EndCanceled(Now) is not null);
        Assert.Equal(interrupt, task.Interrupt(Now) is not null);
        Assert.Equal(cancel, task.Cancel(Now) is not null);
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
}

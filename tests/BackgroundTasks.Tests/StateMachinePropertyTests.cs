using CsCheck;

namespace BackgroundTasks.Tests;

/// <summary>Random sequences of transitions, legal and not.</summary>
public class StateMachinePropertyTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private const int MaxLostRuns = 3;
    private static readonly BackgroundTaskIds Ids = new(TimeProvider.System);
    private static readonly BackgroundTaskError Error = new("SomeError", "It failed.", 1);

    private static readonly Gen<(Step Step, int Seconds)[]> Sequences = Gen.Select(Gen.Enum<Step>(), Gen.Int[0, 5]).Array[0, 40];

    private enum Step
    {
        Release,
        Start,
        Succeed,
        Fail,
        ScheduleRetry,
        Retry,
        EndCanceled,
        Interrupt,
        Recover,
        Cancel,
        Report,
    }

    [Fact]
    public void Whatever_is_asked_of_a_task_it_stays_whole() => Gen.Select(Sequences, Gen.Int[0, 3]).Sample((steps, delay) =>
    {
        var now = Start;
        var task = BackgroundTask.Create(Submission(), now.AddSeconds(delay));
        AssertWhole(task);
        foreach (var (step, seconds) in steps)
        {
            now = now.AddSeconds(seconds);
            if (Apply(task, step, now) is not { } successor)
                continue;
            AssertFollows(task, step, successor, now);
            AssertWhole(successor);
            task = successor;
        }
    }, iter: 20_000);

    private static BackgroundTask? Apply(BackgroundTask task, Step step, DateTimeOffset now) => step switch
    {
        Step.Release => task.Release(now),
        Step.Start => task.Start("node", now),
        Step.Succeed => task.Succeed("1"u8.ToArray(), now),
        Step.Fail => task.Fail(Error, now),
        Step.ScheduleRetry => task.ScheduleRetry(Error, now.AddSeconds(2), now),
        Step.Retry => task.Retry(now),
        Step.EndCanceled => task.EndCanceled(now),
        Step.Interrupt => task.Interrupt(now),
        Step.Recover => task.Recover(MaxLostRuns, now),
        Step.Cancel => task.Cancel(now),
        _ => task.State is BackgroundTaskState.Running ? task.WithProgress(new(1, 50, "half")) : null,
    };

    private static void AssertFollows(BackgroundTask task, Step step, BackgroundTask successor, DateTimeOffset now)
    {
        Assert.Same(task.Submission, successor.Submission);
        Assert.Equal(task.Version + (step is Step.Report ? 0 : 1), successor.Version);
        Assert.Equal(task.Run + (step is Step.Start ? 1 : 0), successor.Run);
        var attempt = step switch
        {
            Step.Start => task.Attempt + 1,
            Step.Retry => 0,
            Step.Interrupt or Step.Recover when successor.State is BackgroundTaskState.Queued => task.Attempt - 1,
            _ => task.Attempt,
        };
        Assert.Equal(attempt, successor.Attempt);
        Assert.Equal(step is Step.Retry ? 0 : task.LostRuns + (step is Step.Recover && successor.State is not BackgroundTaskState.Canceled ? 1 : 0), successor.LostRuns);
        Assert.Equal(step is Step.Recover && successor.LostRuns == MaxLostRuns, successor.Error?.Type is "lost" && task.Error?.Type is not "lost");
        if (task.IsTerminal)
            Assert.Equal((Step.Retry, false), (step, task.State is BackgroundTaskState.Succeeded));
        if (successor.IsTerminal)
            Assert.Equal(now, successor.FinishedAt);
        if (task.CancelRequested && step is not Step.Report)
            Assert.True(successor.IsTerminal || step is Step.Retry, "A cancel that was requested got lost.");
        if (successor.State is BackgroundTaskState.Queued && task.State is not BackgroundTaskState.Queued)
            Assert.Equal(now, successor.QueuedAt);
    }

    private static void AssertWhole(BackgroundTask task)
    {
        Assert.Equal(task.IsTerminal, task.FinishedAt is not null);
        Assert.Equal(task.State is BackgroundTaskState.Running, task.Node is not null);
        Assert.Equal(task.State is BackgroundTaskState.Scheduled, task.ScheduledFor is not null);
        Assert.Equal(task.State is BackgroundTaskState.Succeeded, !task.Result.IsEmpty);
        Assert.InRange(task.LostRuns, 0, task.State is BackgroundTaskState.Failed ? MaxLostRuns : MaxLostRuns - 1);
        Assert.InRange(task.Attempt, task.State is BackgroundTaskState.Running ? 1 : 0, task.Run);
        Assert.True(task.State is not BackgroundTaskState.Failed || task.Error is not null);
        Assert.True(task.State is not BackgroundTaskState.Queued || task.QueuedAt is not null);
        Assert.True(task.State is not BackgroundTaskState.Running || task.StartedAt is not null);
        Assert.True(!task.CancelRequested || task.State is not (BackgroundTaskState.Queued or BackgroundTaskState.Scheduled));
    }

    private static BackgroundTaskSubmission Submission() => new() { Id = Ids.Next(), Type = "t", Queue = "default", CreatedAt = Start };
}

using CsCheck;

namespace BackgroundTasks.Tests.Stores;

/// <summary>What is asked of a store at once: every pair on one task, and random sequences on a few.</summary>
public abstract partial class BackgroundTaskStoreSuite
{
    private static readonly Gen<RaceStep[][]> RaceSequences = Gen.Enum<RaceStep>().Array[1, 8].Array[2, 3];

    private enum RaceStep
    {
        AddSameKeys,
        Start,
        Succeed,
        Fail,
        ScheduleRetry,
        Release,
        Cancel,
        Retry,
        Delete,
        Purge,
    }

    [Fact]
    public async Task Any_two_steps_at_once_leave_every_task_whole()
    {
        var steps = Enum.GetValues<RaceStep>();
        foreach (var before in new RaceStep[][] { [], [RaceStep.Start], [RaceStep.Start, RaceStep.ScheduleRetry], [RaceStep.Start, RaceStep.Fail], [RaceStep.Cancel] })
        {
            foreach (var (first, second) in steps.SelectMany(first => steps.Where(second => second >= first).Select(second => (first, second))))
            {
                for (var round = 0; round < 10; round++)
                    await RaceAsync([RaceStep.AddSameKeys, .. before], [[first], [second]]);
            }
        }
    }

    [Fact]
    public async Task Any_sequences_at_once_leave_every_task_whole() =>
        await RaceSequences.SampleAsync(sequences => RaceAsync([RaceStep.AddSameKeys], sequences), iter: 1_000, threads: 1);

    private async Task RaceAsync(RaceStep[] before, RaceStep[][] sequences)
    {
        var store = await OpenAsync();
        var race = new StoreRace(store, Ids, Now);
        foreach (var step in before)
            await race.StepAsync(step.ToString());

        using var barrier = new Barrier(sequences.Length);
        await Task.WhenAll(sequences.Select(sequence => Task.Run(async () =>
        {
            barrier.SignalAndWait(TaskHost.Guard);
            foreach (var step in sequence)
                await race.StepAsync(step.ToString());
        }))).WaitAsync(TaskHost.Guard);

        var kept = await ListAllAsync(store, new());
        race.AssertWhole(kept);
        Assert.Equal(kept.Count(task => task.State is BackgroundTaskState.Queued), (await CountsAsync(store)).Queued);
        foreach (var task in kept)
            TaskAssert.Same(task, await store.FindAsync(task.Id, default));
        var counts = await CountsAsync(store);
        long Of(BackgroundTaskState state) => kept.Count(task => task.State == state);
        Assert.Equal(
            new QueueCounts(
                "default", Of(BackgroundTaskState.Scheduled), Of(BackgroundTaskState.Queued), Of(BackgroundTaskState.Running),
                Of(BackgroundTaskState.Succeeded), Of(BackgroundTaskState.Failed), Of(BackgroundTaskState.Canceled)),
            counts);
    }
}

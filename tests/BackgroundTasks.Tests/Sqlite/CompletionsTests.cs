using BackgroundTasks.Sqlite;

namespace BackgroundTasks.Tests.Sqlite;

/// <summary>Callers that are told together what became of their work, on one thread of the pool after the other.</summary>
public sealed class CompletionsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_caller_that_blocks_holds_up_nobody_who_is_told_after_it()
    {
        var (first, second) = (new ProbeWork(), new ProbeWork());
        using var secondIsTold = new ManualResetEventSlim();
        var blocking = BlockAsync(first, secondIsTold);
        var telling = TellAsync(second, secondIsTold);

        new Completions().Tell([first, second]);

        Assert.True(await blocking);
        await telling;
    }

    [Fact]
    public async Task Everybody_is_told_once_however_many_are_told_at_the_same_time()
    {
        var completions = new Completions();
        var works = Enumerable.Range(0, 10_000).Select(_ => new ProbeWork()).ToList();
        var waiting = works.Select(async work => await work.Stored).ToList();

        Parallel.ForEach(works.Chunk(7), chunk => completions.Tell([.. chunk]));

        await Task.WhenAll(waiting);
    }

    [Fact]
    public async Task A_caller_whose_work_failed_is_told_why()
    {
        var (stored, failed) = (new ProbeWork(), new ProbeWork());
        var (ofStored, ofFailed) = (stored.Stored.AsTask(), failed.Stored.AsTask());
        failed.Fail(new BackgroundTaskStoreException("The disk is full."));

        new Completions().Tell([failed, stored]);

        await ofStored;
        var told = await Assert.ThrowsAsync<BackgroundTaskStoreException>(() => ofFailed);
        Assert.Equal("The disk is full.", told.Message);
    }

    private static async Task<bool> BlockAsync(ProbeWork work, ManualResetEventSlim until)
    {
        await work.Stored;
        return until.Wait(Patience);
    }

    private static async Task TellAsync(ProbeWork work, ManualResetEventSlim told)
    {
        await work.Stored;
        told.Set();
    }
}

using BackgroundTasks.Stores;
using BackgroundTasks.Tests.Sqlite;
using BackgroundTasks.Tests.Stores;
using CsCheck;

namespace BackgroundTasks.Tests.Budget;

/// <summary>What is taken of the budget is what is held, to the byte, whatever was done and whatever failed.</summary>
public sealed class BalanceTests : IDisposable
{
    private static readonly Gen<(Step Step, int Choice, int Length)[]> Sequences =
        Gen.Select(Gen.Enum<Step>(), Gen.Int[0, 1_000], Gen.OneOf(Gen.Int[2, 200], Gen.Int[4_000, 4_200], Gen.Int[20_000, 90_000])).Array[1, 60];

    private readonly StoreFolder _folder = new();

    private enum Step
    {
        Add,
        AddDelayed,
        AddThatFails,
        Start,
        Succeed,
        Fail,
        ScheduleRetry,
        Release,
        Interrupt,
        Cancel,
        Retry,
        ChangeThatFails,
        Delete,
        Purge,
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task In_memory_what_is_taken_is_what_a_recount_finds_and_nothing_once_all_is_gone() => await Sequences.SampleAsync(
        async steps =>
        {
            var memory = TestBudget.Of(50_000_000);
            var held = TestBudget.Journal(memory, maxRetainedBytes: 150_000);
            await RunAsync(steps, new FailingJournal(held), memory, held.CountBytes);
        },
        iter: 300);

    [Fact]
    public async Task On_a_file_what_is_taken_is_what_a_recount_finds_and_nothing_once_all_is_gone() => await Sequences.SampleAsync(
        async steps =>
        {
            await using var journal = StoreFolder.Journal(_folder.NewFile());
            await RunAsync(steps, new FailingJournal(journal), TestBudget.Of(50_000_000), () => 0);
        },
        iter: 40);

    private static async Task RunAsync((Step Step, int Choice, int Length)[] steps, FailingJournal journal, BackgroundTaskMemory memory, Func<long> heldByJournal)
    {
        var samples = new SampleTasks();
        using var store = new LocalTaskStore(journal, new BackgroundTaskIds(samples.Clock), memory);
        await store.OpenAsync(default);
        var ids = new List<Guid>();
        foreach (var (step, choice, length) in steps)
        {
            samples.Clock.Advance(TimeSpan.FromSeconds(1));
            await DoAsync(store, journal, samples, ids, step, choice, length);
            Assert.Equal(store.CountBytes() + heldByJournal(), memory.Used);
        }

        foreach (var id in ids)
        {
            await SwapAsync(store, id, task => task.Cancel(samples.Now));
            await SwapAsync(store, id, task => task.Succeed("1"u8.ToArray(), samples.Now));
            if (await store.FindAsync(id, default) is { IsTerminal: true } finished)
                Assert.Equal(SwapResult.Swapped, await store.TrySwapAsync(finished, null, StoreWrite.Durable, default));
        }

        Assert.Equal(0, memory.Used);
    }

    private static async Task DoAsync(LocalTaskStore store, FailingJournal journal, SampleTasks samples, List<Guid> ids, Step step, int choice, int length)
    {
        if (step is Step.Add or Step.AddDelayed or Step.AddThatFails)
        {
            var task = BackgroundTask.Create(samples.Queued(payload: length, key: choice % 3 == 0 ? $"key {choice}" : null).Submission, step is Step.AddDelayed ? samples.Now.AddSeconds(5) : null);
            journal.Fails = step is Step.AddThatFails;
            var added = await TryAsync(async () => (await store.AddAsync(task, 1_000, default)).Outcome is AddOutcome.Added);
            journal.Fails = false;
            if (added)
                ids.Add(task.Id);
        }
        else if (step is Step.Purge)
        {
            while (await store.PurgeAsync(samples.Now.AddSeconds(-20), 5, default))
            {
            }
        }
        else if (ids.Count > 0)
        {
            journal.Fails = step is Step.ChangeThatFails;
            await TryAsync(() => SwapAsync(store, ids[choice % ids.Count], task => Next(task, step, length, samples.Now), isDelete: step is Step.Delete));
            journal.Fails = false;
        }
    }

    private static BackgroundTask? Next(BackgroundTask task, Step step, int length, DateTimeOffset now) => step switch
    {
        Step.Start => task.Start("node", now),
        Step.Succeed => task.Succeed(SampleTasks.Json(length), now),
        Step.Fail => task.Fail(new("E", new string('x', length / 10), 1), now),
        Step.ScheduleRetry => task.ScheduleRetry(new("E", new string('y', length / 10), 1), now.AddSeconds(3), now),
        Step.Release => task.Release(now),
        Step.Interrupt => task.Interrupt(now),
        Step.Cancel => task.Cancel(now),
        Step.ChangeThatFails => task.Retry(now) ?? task.Cancel(now),
        _ => task.Retry(now),
    };

    private static async Task<bool> SwapAsync(LocalTaskStore store, Guid id, Func<BackgroundTask, BackgroundTask?> change, bool isDelete = false)
    {
        if (await store.FindAsync(id, default) is not { } task)
            return false;
        var successor = isDelete ? null : change(task);
        if (isDelete ? !task.IsTerminal : successor is null)
            return false;
        return await store.TrySwapAsync(task, successor, StoreWrite.Durable, default) is SwapResult.Swapped;
    }

    private static async Task<bool> TryAsync(Func<Task<bool>> change)
    {
        try
        {
            return await change();
        }
        catch (BackgroundTaskStoreException)
        {
            return false;
        }
    }
}

using System.Collections.Concurrent;
using BackgroundTasks.Stores;
using BackgroundTasks.Tests.Budget;

namespace BackgroundTasks.Tests.Stores;

public sealed class MemoryJournalRaceTests
{
    private readonly SampleTasks _samples = new();
    private readonly MemoryJournal _journal = TestBudget.Journal();

    [Fact]
    public async Task A_task_is_found_at_every_moment_of_being_packed()
    {
        var live = new ConcurrentDictionary<Guid, BackgroundTask>();
        var known = new Guid[20_000];
        var written = 0;

        var writer = Task.Run(async () =>
        {
            for (var i = 0; i < known.Length; i++)
            {
                var task = _samples.Succeeded(i % 500);
                live[task.Id] = task;
                known[i] = task.Id;
                Volatile.Write(ref written, i + 1);
                await _journal.WriteAsync(null, task, StoreWrite.Durable, default);
                live.TryRemove(task.Id, out _);
            }
        });
        await Task.WhenAll(writer, Task.Run(ReadAsync), Task.Run(ReadAsync));

        async Task ReadAsync()
        {
            for (var done = false; !done;)
            {
                done = writer.IsCompleted;
                var newest = Volatile.Read(ref written);
                for (var i = Math.Max(0, newest - 20); i < newest; i++)
                {
                    var task = live.GetValueOrDefault(known[i]) ?? await _journal.FindAsync(known[i], default);
                    Assert.Equal(SampleTasks.Json(i % 500), task!.Result.ToArray());
                }
            }
        }
    }

    [Fact]
    public async Task Readers_see_whole_records_while_writers_pack_replace_delete_and_purge()
    {
        var kept = Enumerable.Range(0, 200).Select(_ => _samples.Failed(payload: 2000)).ToArray();
        foreach (var task in kept)
            await _journal.WriteAsync(null, task, StoreWrite.Durable, default);
        var over = false;

        // The kept ones are written again and again, so that they move all the time, and never go.
        var replacer = Task.Run(() => RepeatAsync(30_000, i => _journal.WriteAsync(kept[i % kept.Length], kept[i % kept.Length], StoreWrite.Durable, default)));
        var churn = Task.Run(() => RepeatAsync(30_000, async i =>
        {
            var task = _samples.Succeeded(1000);
            await _journal.WriteAsync(null, task, StoreWrite.Durable, default);
            if (i % 3 != 0)
                await _journal.WriteAsync(task, null, StoreWrite.Durable, default);
        }));
        var readers = new[] { Task.Run(FindAsync), Task.Run(ListAsync) };
        await Task.WhenAll(replacer, churn);
        Volatile.Write(ref over, true);
        await Task.WhenAll(readers);

        async Task FindAsync()
        {
            for (var i = 0; !Volatile.Read(ref over); i++)
                TaskAssert.Same(kept[i % kept.Length], await _journal.FindAsync(kept[i % kept.Length].Id, default));
        }

        async Task ListAsync()
        {
            while (!Volatile.Read(ref over))
            {
                var page = await _journal.ListAsync(new() { States = [BackgroundTaskState.Failed], PageSize = 200 }, null, 1000, default);
                Assert.Equal(kept.Reverse().Select(task => task.Id), page.Tasks.Select(task => task.Id));
                Assert.All(page.Tasks.Reverse().Zip(kept), pair => TaskAssert.Same(pair.Second, pair.First));
            }
        }
    }

    [Fact]
    public async Task A_purge_beside_writers_takes_each_task_once()
    {
        const int Tasks = 20_000;
        var purged = new List<Guid>();
        var ids = new List<Guid>();

        var writer = Task.Run(() => RepeatAsync(Tasks, i =>
        {
            var task = _samples.Succeeded();
            ids.Add(task.Id);
            return _journal.WriteAsync(null, task, StoreWrite.Durable, default);
        }));
        while (!writer.IsCompleted || await _journal.PurgeAsync(DateTimeOffset.MaxValue, 0, task => purged.Add(task.Id), default))
            await _journal.PurgeAsync(DateTimeOffset.MaxValue, 0, task => purged.Add(task.Id), default);
        await writer;

        Assert.Equal(ids, purged);
    }

    private static async Task RepeatAsync(int times, Func<int, ValueTask> change)
    {
        for (var i = 0; i < times; i++)
            await change(i);
    }
}

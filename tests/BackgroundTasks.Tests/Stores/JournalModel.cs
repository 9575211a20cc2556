namespace BackgroundTasks.Tests.Stores;

/// <summary>Does the same random changes to a journal and to a dictionary, and compares what both know.</summary>
internal sealed class JournalModel(IBackgroundTaskJournal journal, SampleTasks samples, int seed)
{
    private readonly Random _random = new(seed);
    private readonly List<BackgroundTask> _live = [];
    private readonly Dictionary<Guid, BackgroundTask> _terminal = [];
    private readonly List<Guid> _finished = [];

    public async Task ChangeAsync(int changes)
    {
        for (; changes > 0; changes--)
        {
            var dice = _random.Next(100);
            samples.Clock.Advance(TimeSpan.FromMilliseconds(_random.Next(3)));
            if (dice < 45 || _live.Count == 0)
                await AddAsync();
            else if (dice < 85)
                await FinishAsync();
            else if (_terminal.Count > 0 && dice < 98)
                await DeleteOrRetryAsync();
            else
                await PurgeAsync();
        }
    }

    public async Task CheckPagesAsync(BackgroundTaskFilter filter, int maxRecords)
    {
        var found = new List<BackgroundTask>();
        Guid? below = null;
        do
        {
            var page = await journal.ListAsync(filter, below, maxRecords, default);
            Assert.True(page.Tasks.Count <= filter.PageSize);
            found.AddRange(page.Tasks);
            below = page.Resume;
        }
        while (below is not null);

        var expected = _terminal.Values.Where(filter.Matches).OrderByDescending(task => task.Id, Comparer<Guid>.Create(BackgroundTaskIds.Compare)).ToList();
        Assert.Equal(expected.Select(task => task.Id), found.Select(task => task.Id));
        foreach (var (written, read) in expected.Zip(found))
            await TaskAssert.SameAsync(written, read, journal.ReadPayloadAsync);
    }

    private async Task AddAsync()
    {
        var queued = samples.Queued(queue: _random.Next(3) == 0 ? "slow" : "default", payload: _random.Next(4) == 0 ? 6_000 : 20);
        await journal.WriteAsync(null, queued, StoreWrite.Durable, default);
        _live.Add(queued);
    }

    private async Task FinishAsync()
    {
        var index = _random.Next(_live.Count);
        var queued = _live[index];
        _live.RemoveAt(index);
        var done = samples.Done(queued, BackgroundTaskState.Succeeded + _random.Next(3), _random.Next(60_000));
        await journal.WriteAsync(queued.WithPayloadInStore(), done.WithPayloadInStore(), StoreWrite.Durable, default);
        _terminal.Add(done.Id, done);
        _finished.Add(done.Id);
    }

    private async Task DeleteOrRetryAsync()
    {
        var task = _terminal[_finished[_random.Next(_finished.Count)]];
        var retried = _random.Next(2) == 0 && task.State is not BackgroundTaskState.Succeeded ? samples.Retried(task) : null;
        await journal.WriteAsync(task.WithPayloadInStore(), retried?.WithPayloadInStore(), StoreWrite.Durable, default);
        _terminal.Remove(task.Id);
        _finished.Remove(task.Id);
        if (retried is not null)
            _live.Add(retried);
    }

    private async Task PurgeAsync()
    {
        var keep = Math.Max(0, _terminal.Count - _random.Next(30));
        var purged = new List<Guid>();
        while (await journal.PurgeAsync(DateTimeOffset.MinValue, keep, task => purged.Add(task.Id), default))
        {
        }

        Assert.Equal(_finished.Take(_finished.Count - keep), purged);
        _finished.RemoveRange(0, purged.Count);
        purged.ForEach(id => _terminal.Remove(id));
    }
}

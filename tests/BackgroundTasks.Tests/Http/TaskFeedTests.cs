using System.Text;
using System.Text.Json;
using BackgroundTasks.Execution;
using BackgroundTasks.Http.Events;
using BackgroundTasks.Tests.Stores;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace BackgroundTasks.Tests.Http;

public sealed class TaskFeedTests : IDisposable
{
    private readonly ToldStore _store = new();
    private readonly BackgroundTaskIds _ids = new(TimeProvider.System);
    private readonly FakeTimeProvider _time = new();
    private readonly BackgroundTasksOptions _options = new();
    private readonly Deadlines _deadlines;

    public TaskFeedTests() => _deadlines = new(_time);

    public void Dispose() => _deadlines.Dispose();

    [Fact]
    public void The_store_is_listened_to_once_and_only_while_someone_follows()
    {
        var feed = NewFeed();
        Assert.Equal((0, 0), (_store.Count, feed.Count));

        var first = new Reader(feed);
        var second = new Reader(feed, new() { Type = "other" });
        Assert.Equal((1, 2), (_store.Count, feed.Count));
        first.Dispose();
        Assert.Equal((1, 1), (_store.Count, feed.Count));
        second.Dispose();

        Assert.Equal((0, 0), (_store.Count, feed.Count));
    }

    [Fact]
    public async Task Each_change_is_written_once_and_shared_by_all_with_the_same_filter()
    {
        var feed = NewFeed();
        var readers = Enumerable.Range(0, 100).Select(_ => new Reader(feed, new() { Type = "held", States = [BackgroundTaskState.Queued] })).ToList();

        var task = Submit();
        _store.Tell(task);
        foreach (var reader in readers)
            Assert.Equal([(task.Id, 1)], await reader.NextAsync());

        Assert.All(readers, reader => Assert.Same(readers[0].Follower.Written, reader.Follower.Written));
    }

    [Fact]
    public async Task What_comes_late_is_dropped()
    {
        using var reader = new Reader(NewFeed());
        var (task, other) = (Submit(), Submit());

        _store.Tell(Run(task));
        var first = await reader.NextAsync();
        _store.Tell(task, other);

        Assert.Equal([(task.Id, 2)], first);
        Assert.Equal([(other.Id, 1)], await reader.NextAsync());
    }

    [Fact]
    public async Task Progress_is_no_change_of_state_after_a_request_to_cancel_neither()
    {
        using var reader = new Reader(NewFeed());
        var running = Run(Submit());
        var cancelled = running.WithProgress(new(1, 10, null)).Cancel(default)!;
        var other = Submit();

        _store.Tell(running.WithProgress(new(1, 10, null)), cancelled);
        var first = await reader.NextAsync();
        _store.Tell(cancelled.WithProgress(new(2, 20, null)), other);

        Assert.Equal([(running.Id, 3)], first);
        Assert.Equal([(other.Id, 1)], await reader.NextAsync());
    }

    [Fact]
    public async Task A_change_by_another_node_is_read_and_told()
    {
        using var reader = new Reader(NewFeed());
        var task = Submit();
        _store.Tasks[task.Id] = Run(task);

        _store.Tell(BackgroundTaskChange.Elsewhere(task.Id));

        Assert.Equal([(task.Id, 2)], await reader.NextAsync());
    }

    [Fact]
    public async Task A_follower_that_falls_too_far_behind_is_closed_and_holds_nobody_up()
    {
        _options.MaxFeedBytesPerSecond = 1_000_000_000;
        var feed = NewFeed();
        using var slow = new Reader(feed);
        using var quick = new Reader(feed);
        var task = Submit();

        // The slow one never says that it has written its first turn.
        for (var i = 0; !slow.Follower.IsClosed; i++)
        {
            Assert.True(i < 40);
            _store.Tell(Run(Submit()).Succeed(Text(1_000_000), default)!);
            await quick.NextAsync();
        }

        _store.Tell(task);
        Assert.Equal([(task.Id, 1)], await quick.NextAsync());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.Delay(TaskHost.Guard, TimeProvider.System, slow.Follower.Closing));
        Assert.Equal(1, feed.Count);
    }

    [Fact]
    public async Task All_are_closed_when_changes_were_missed()
    {
        var feed = NewFeed();
        using var first = new Reader(feed);
        using var second = new Reader(feed, new() { Type = "other" });

        _store.Tell(BackgroundTaskChange.Missed);

        await first.ClosedAsync();
        await second.ClosedAsync();
        Assert.Equal(0, feed.Count);
    }

    [Fact]
    public async Task Of_more_than_the_budget_allows_all_get_theirs_in_turn_as_time_goes_by()
    {
        _options.MaxFeedBytesPerSecond = 100_000;
        var feed = NewFeed();
        var readers = Enumerable.Range(0, 5).Select(_ => new Reader(feed)).ToList();
        var (first, second) = (Submit(), Submit());

        // While it changes all the time, nobody is left out.
        _store.Tell(first);
        var waiting = readers.Select(reader => reader.NextAsync()).ToList();
        for (var i = 0; !waiting.TrueForAll(next => next.IsCompleted); i++)
        {
            // Not more than is kept for them, however busy the machine is.
            if (i < 1_000)
                _store.Tell(Submit());
            _time.Advance(TimeSpan.FromMilliseconds(10));
            await Task.Run(static () => { });
        }

        _store.Tell(second);
        foreach (var next in waiting)
            Assert.Equal((first.Id, 1), (await next)[0]);
        Assert.True(_time.GetUtcNow() - _time.Start >= TimeSpan.FromMilliseconds(300));
        readers.ForEach(reader => reader.Dispose());
    }

    [Fact]
    public void Too_many_changes_at_once_count_as_missed()
    {
        var inbox = new FeedInbox();
        var task = Submit();

        for (var i = 0; i < FeedInbox.MaxTasks; i++)
            inbox.Add(task);
        Assert.Equal(FeedInbox.MaxTasks, inbox.TakeAll()!.Count);
        for (var i = 0; i <= FeedInbox.MaxTasks; i++)
            inbox.Add(task);
        Assert.False(inbox.IsEmpty);

        Assert.Null(inbox.TakeAll());
        Assert.Empty(inbox.TakeAll()!);
    }

    [Fact]
    public void Too_many_bytes_at_once_count_as_missed()
    {
        var inbox = new FeedInbox();
        var task = Run(Submit(new byte[FeedInbox.MaxBytes / 8])).Succeed(new byte[FeedInbox.MaxBytes / 8], default)!;

        for (var i = 0; i < 4; i++)
            inbox.Add(task);
        Assert.Equal(4, inbox.TakeAll()!.Count);
        for (var i = 0; i < 5; i++)
            inbox.Add(task);

        Assert.Null(inbox.TakeAll());
    }

    [Fact]
    public void Of_what_changes_more_than_once_the_latest_state_that_the_filter_selects_is_told()
    {
        var (first, second) = (Submit(), Submit());
        FeedGroup all = Group(new()), running = Group(new() { States = [BackgroundTaskState.Running] }), none = Group(new() { Type = "other" });

        var (parts, end) = new FeedRound([first, second, Run(first), Run(first).Succeed(default, default)!], TimeSpan.Zero).Write([all, running, none], 1_000);

        Assert.Equal([all, running], parts.Select(part => part.Group));
        Assert.Equal([(second.Id, 1), (first.Id, 3)], EventsOf(parts[0].Part));
        Assert.Equal([(first.Id, 2)], EventsOf(parts[1].Part));
        Assert.Equal((1_000L, 1_000L), (parts[0].Part.Start, parts[1].Part.Start));
        Assert.InRange(end - 1_000, parts[0].Part.Length, parts[0].Part.Length + parts[1].Part.Length);
    }

    [Fact]
    public void A_round_has_parts_of_some_size_in_which_no_event_is_torn()
    {
        var all = Group(new());
        var tasks = Enumerable.Range(0, 300).Select(_ => Submit()).ToList();

        var (parts, _) = new FeedRound(tasks, TimeSpan.Zero).Write([all], 0);

        Assert.InRange(parts.Count, 3, 50);
        Assert.Equal(tasks.Select(task => (task.Id, 1)), parts.SelectMany(part => EventsOf(part.Part)));
    }

    private static FeedGroup Group(BackgroundTaskFilter filter) => new(FeedKey.Of(filter, ""), filter, 0);

    private static List<(Guid Id, int Version)> EventsOf(params ReadOnlySpan<FeedPart> parts)
    {
        List<(Guid, int)> events = [];
        foreach (var range in parts.ToArray().SelectMany(part => part.Ranges))
        {
            foreach (var text in Encoding.UTF8.GetString(range.Span).Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
            {
                Assert.StartsWith("event: status\ndata: ", text, StringComparison.Ordinal);
                var task = JsonDocument.Parse(text["event: status\ndata: ".Length..]).RootElement;
                events.Add((Guid.ParseExact(task.GetProperty("id").GetString()!, "N"), task.GetProperty("version").GetInt32()));
            }
        }

        return events;
    }

    private static BackgroundTask Run(BackgroundTask task) => task.Start("here", default)!;

    private static byte[] Text(int length) => Encoding.ASCII.GetBytes($"\"{new string('x', length)}\"");

    private TaskFeed NewFeed() => new(_store, _deadlines, _time, Options.Create(_options));

    private BackgroundTask Submit(byte[]? payload = null) =>
        BackgroundTask.Create(new() { Id = _ids.Next(), Type = "held", Queue = "default", Payload = payload ?? [], CreatedAt = default });

    /// <summary>A follower that reads when it is told to.</summary>
    private sealed class Reader(TaskFeed feed, BackgroundTaskFilter? filter, StreamSignal signal) : IDisposable
    {
        public Reader(TaskFeed feed, BackgroundTaskFilter? filter = null)
            : this(feed, filter, new StreamSignal())
        {
        }

        public FeedFollower Follower { get; } = feed.Follow(filter ?? new(), "", signal, default);

        /// <summary>What it is told next.</summary>
        public async Task<List<(Guid Id, int Version)>> NextAsync()
        {
            Assert.Equal(StreamWake.Changed, await signal.WaitAsync(StreamWake.Any).AsTask().WaitAsync(TaskHost.Guard));
            List<(Guid, int)> events = [];
            for (var part = Follower.Written; part != Follower.Granted;)
                events.AddRange(EventsOf(part = part.Next!));
            Follower.Done();
            return events;
        }

        public async Task ClosedAsync()
        {
            Assert.Equal(StreamWake.Over, await signal.WaitAsync(StreamWake.Any).AsTask().WaitAsync(TaskHost.Guard));
            Assert.True(Follower.IsClosed);
        }

        public void Dispose() => Follower.Dispose();
    }
}

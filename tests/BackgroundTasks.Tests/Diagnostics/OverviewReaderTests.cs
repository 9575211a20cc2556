using BackgroundTasks.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;

namespace BackgroundTasks.Tests.Diagnostics;

public class OverviewReaderTests
{
    private static readonly StoreOverview One = new([new QueueCounts("default", 0, 1, 0, 0, 0, 0)]);
    private static readonly StoreOverview Two = new([new QueueCounts("default", 0, 2, 0, 0, 0, 0)]);

    private readonly OverviewStore _store = new();
    private readonly OverviewReader _reader;

    public OverviewReaderTests() => _reader = new(_store, NullLogger<OverviewReader>.Instance);

    [Fact]
    public void A_store_that_answers_at_once_is_read_afresh()
    {
        _store.Overview = Task.FromResult(One);
        Assert.Same(One, _reader.Read());

        _store.Overview = Task.FromResult(Two);
        Assert.Same(Two, _reader.Read());
    }

    [Fact]
    public void A_slow_store_holds_no_reader_and_is_asked_once_at_a_time()
    {
        _store.Overview = Task.FromResult(One);
        _reader.Read();
        var slow = new TaskCompletionSource<StoreOverview>();
        _store.Overview = slow.Task;

        Assert.Same(One, _reader.Read());
        Assert.Same(One, _reader.Read());
        Assert.Equal(2, _store.Reads);
        slow.SetResult(Two);

        _store.Overview = new TaskCompletionSource<StoreOverview>().Task;
        Assert.Same(Two, _reader.Read());
    }

    [Fact]
    public void A_store_that_fails_leaves_the_last_picture_and_is_asked_again()
    {
        _store.Overview = Task.FromResult(One);
        _reader.Read();
        _store.Overview = Task.FromException<StoreOverview>(new IOException("No."));
        Assert.Same(One, _reader.Read());

        _store.Overview = Task.FromResult(Two);
        Assert.Same(Two, _reader.Read());
    }
}

using Microsoft.Extensions.Time.Testing;

namespace BackgroundTasks.Tests;

public class BackgroundTaskIdsTests
{
    [Fact]
    public void An_id_is_a_version_7_uuid_of_its_time()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero));

        var id = new BackgroundTaskIds(time).Next();

        Assert.Equal((7, 2), (id.Version, id.Variant >> 2));
        Assert.Equal(time.GetUtcNow().ToUnixTimeMilliseconds(), Convert.ToInt64(id.ToString("N")[..12], 16));
    }

    [Fact]
    public void Ids_rise_within_a_millisecond_and_when_the_clock_steps_back()
    {
        var time = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.Zero };
        var ids = new BackgroundTaskIds(time);
        var made = Enumerable.Range(0, 5_000).Select(_ => ids.Next()).ToList();
        var behind = new BackgroundTaskIds(new FakeTimeProvider(time.GetUtcNow().AddDays(-1)));
        behind.StartAfter(made[^1]);
        made.Add(behind.Next());

        Assert.All(made.Zip(made.Skip(1)), pair => Assert.True(BackgroundTaskIds.Compare(pair.First, pair.Second) < 0));
        Assert.Equal(made.Select(BackgroundTaskIds.SequenceOf), Enumerable.Range(1, 5_001).Select(number => (uint)number));
    }

    [Fact]
    public void Ids_made_by_many_threads_are_all_different()
    {
        var ids = new BackgroundTaskIds(TimeProvider.System);
        var made = new Guid[40_000];

        Parallel.For(0, made.Length, i => made[i] = ids.Next());

        Assert.Equal(made.Length, made.Distinct().Count());
        Assert.Equal(made.Length, made.Select(BackgroundTaskIds.SequenceOf).Distinct().Count());
    }

    [Fact]
    public void The_order_holds_when_the_sequence_begins_anew()
    {
        var ids = new BackgroundTaskIds(new FakeTimeProvider());
        ids.StartAfter(new Guid([0, 0, 0, 0, 0, 1, 0x7F, 0xFF, 0xBF, 0xFF, 0xFC, 0, 0, 0, 0, 0], bigEndian: true));

        var last = ids.Next();
        var next = ids.Next();

        Assert.Equal((0u, 1u), (BackgroundTaskIds.SequenceOf(last), BackgroundTaskIds.SequenceOf(next)));
        Assert.True(BackgroundTaskIds.Compare(last, next) < 0);
    }
}

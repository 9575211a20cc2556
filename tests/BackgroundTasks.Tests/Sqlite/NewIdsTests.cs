using BackgroundTasks.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace BackgroundTasks.Tests.Sqlite;

/// <summary>Which ids need not be looked for in the file: never one that is there.</summary>
public class NewIdsTests
{
    private readonly BackgroundTaskIds _ids = new(new FakeTimeProvider());

    [Fact]
    public void Ids_that_overtake_each_other_are_new_once()
    {
        var (first, second, third) = (_ids.Next(), _ids.Next(), _ids.Next());
        var known = new NewIds(highest: null);

        Assert.True(known.TryAdd(third));
        Assert.True(known.TryAdd(first));
        Assert.True(known.TryAdd(second));
        Assert.False(known.TryAdd(first));
        Assert.False(known.TryAdd(third));
    }

    [Fact]
    public void An_id_that_is_not_above_those_in_the_file_is_looked_for()
    {
        var (below, highest, above) = (_ids.Next(), _ids.Next(), _ids.Next());
        var known = new NewIds(highest);

        Assert.False(known.TryAdd(below));
        Assert.False(known.TryAdd(highest));
        Assert.True(known.TryAdd(above));
    }

    [Fact]
    public void An_id_that_rises_in_no_order_is_looked_for() => Assert.False(new NewIds(highest: null).TryAdd(Guid.NewGuid()));

    [Fact]
    public void However_many_come_none_is_new_twice()
    {
        var late = _ids.Next();
        var ids = Enumerable.Range(0, 20_000).Select(_ => _ids.Next()).ToList();
        new Random(1).Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(ids)[10_000..]);
        var known = new NewIds(highest: null);

        foreach (var id in ids)
            known.TryAdd(id);

        Assert.DoesNotContain(true, ids.Select(known.TryAdd));
        Assert.False(known.TryAdd(late));
        Assert.True(known.TryAdd(_ids.Next()));
    }
}

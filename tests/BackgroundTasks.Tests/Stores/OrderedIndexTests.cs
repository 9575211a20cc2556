using BackgroundTasks.Stores;

namespace BackgroundTasks.Tests.Stores;

/// <summary>The order of ids, whoever made them.</summary>
public sealed class OrderedIndexTests
{
    private const IndexMarks Every = IndexMarks.First | IndexMarks.Second | IndexMarks.Third;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void It_holds_what_a_sorted_list_would_after_any_changes(int seed)
    {
        var random = new Random(seed);
        var index = new OrderedIndex<int>();
        var model = new SortedDictionary<UInt128, (int Value, IndexMarks Marks)>();
        var ids = Enumerable.Range(0, 6_000).Select(number => Id(random, number)).ToList();

        for (var step = 0; step < 60_000; step++)
        {
            var id = ids[random.Next(ids.Count)];
            var marks = (IndexMarks)(1 << random.Next(3)) | (random.Next(10) == 0 ? IndexMarks.Stray : IndexMarks.None);

            // Filled first and emptied then, so that chunks are split, closed up and merged.
            if (random.Next(60_000) > step)
            {
                index.Set(id, step, marks);
                model[IndexQuery.KeyOf(id)] = (step, marks);
            }
            else
            {
                index.Remove(id);
                model.Remove(IndexQuery.KeyOf(id));
            }

            if (step % 3_000 == 0)
                Check(index, model, random, ids);
        }

        Check(index, model, random, ids);
    }

    [Fact]
    public void Ids_of_another_maker_take_no_more_memory_than_twice_ours()
    {
        const int Count = 100_000;
        var ours = new BackgroundTaskIds(TimeProvider.System);

        var own = BytesOf(() => ours.Next());
        var foreign = BytesOf(Guid.NewGuid);

        Assert.InRange(own, 20.0 * Count, 30.0 * Count);
        Assert.InRange(foreign, 20.0 * Count, 2.0 * own);

        static double BytesOf(Func<Guid> next)
        {
            // All that it allocates it keeps, so that other tests do not count.
            next();
            var before = GC.GetAllocatedBytesForCurrentThread();
            var index = new OrderedIndex<long>();
            for (var i = 0; i < Count; i++)
                index.Set(next(), i, IndexMarks.First);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    private static void Check(OrderedIndex<int> index, SortedDictionary<UInt128, (int Value, IndexMarks Marks)> model, Random random, List<Guid> ids)
    {
        IndexQuery[] queries =
        [
            IndexQuery.All(Every),
            IndexQuery.All(IndexMarks.Second),
            new(IndexQuery.KeyOf(ids[random.Next(ids.Count)]), Every, 0, IndexQuery.Highest),
            new(IndexQuery.Highest, IndexMarks.First | IndexMarks.Third, IndexQuery.KeyOf(ids[random.Next(ids.Count)]), IndexQuery.KeyOf(ids[random.Next(ids.Count)])),
        ];
        foreach (var query in queries)
        {
            Assert.Equal(
                model.Reverse().Where(entry => query.Selects(entry.Key, entry.Value.Marks)).Select(entry => (IndexQuery.IdOf(entry.Key), entry.Value.Value)),
                index.Descend(query));
        }

        foreach (var id in ids.Take(500))
            Assert.Equal(model.TryGetValue(IndexQuery.KeyOf(id), out var entry) ? entry.Value : -1, index.TryGet(id, out var value) ? value : -1);
    }

    private static Guid Id(Random random, int number)
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);

        // Most rise, as ours do.
        if (number % 4 != 0)
            System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(bytes, (1L << 60) + number);
        return new Guid(bytes, bigEndian: true);
    }
}

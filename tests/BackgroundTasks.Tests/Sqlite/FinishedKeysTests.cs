using BackgroundTasks.Sqlite;

namespace BackgroundTasks.Tests.Sqlite;

/// <summary>Which finished tasks may have a key: never too few.</summary>
public class FinishedKeysTests
{
    private readonly FinishedKeys _keys = new();

    [Fact]
    public void A_key_is_known_once_it_is_committed_and_no_longer_when_its_removal_is()
    {
        _keys.Add("k", 1);
        Assert.Empty(_keys.Find("k"));
        _keys.Commit();
        Assert.Equal([1], _keys.Find("k"));
        _keys.Remove("k", 1);
        Assert.Equal([1], _keys.Find("k"));
        _keys.Commit();
        Assert.Empty(_keys.Find("k"));
    }

    [Fact]
    public void What_is_rolled_back_changes_nothing()
    {
        _keys.Remember("k", 1);
        _keys.Remove("k", 1);
        _keys.Add("l", 2);

        _keys.Rollback();
        _keys.Commit();

        Assert.Equal([1], _keys.Find("k"));
        Assert.Empty(_keys.Find("l"));
    }

    [Theory]
    [InlineData(1, 2, 3)]
    [InlineData(1, 3, 2)]
    [InlineData(2, 1, 3)]
    [InlineData(2, 3, 1)]
    [InlineData(3, 1, 2)]
    [InlineData(3, 2, 1)]
    public void Of_several_tasks_with_one_hash_each_is_known_until_it_goes(long first, long second, long third)
    {
        for (var number = 1; number <= 3; number++)
            _keys.Remember("k", number);
        List<long> left = [3, 2, 1];

        foreach (var number in (long[])[first, second, third])
        {
            Assert.Equal(left, _keys.Find("k"));
            _keys.Remove("k", number);
            _keys.Commit();
            left.Remove(number);
        }

        Assert.Empty(_keys.Find("k"));
    }

    [Fact]
    public void Of_many_keys_each_is_found_under_its_own_number()
    {
        for (var number = 0; number < 100_000; number++)
            _keys.Remember($"key-{number}", number);

        for (var number = 0; number < 100_000; number++)
            Assert.Contains(number, _keys.Find($"key-{number}"));
        Assert.Empty(_keys.Find("another"));
    }
}

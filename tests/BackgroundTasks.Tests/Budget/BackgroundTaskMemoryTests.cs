using Microsoft.Extensions.Options;

namespace BackgroundTasks.Tests.Budget;

public class BackgroundTaskMemoryTests
{
    [Fact]
    public void What_does_not_fit_takes_nothing()
    {
        var memory = Of(100);

        Assert.True(memory.TryTake(60));
        Assert.False(memory.TryTake(41));
        Assert.True(memory.TryTake(40));

        Assert.Equal(100, memory.Used);
    }

    [Theory]
    [InlineData(101)]
    [InlineData(long.MaxValue)]
    public void What_is_larger_than_all_numbers_and_than_the_budget_takes_nothing(long bytes)
    {
        var memory = Of(100);
        memory.Take(60);

        Assert.False(memory.TryTake(bytes));

        Assert.Equal(60, memory.Used);
    }

    [Fact]
    public async Task What_does_not_fit_refuses_nobody_who_fits_at_that_moment()
    {
        var memory = Of(1_000);
        using var stop = new CancellationTokenSource();
        var tooMuch = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
                Assert.False(memory.TryTake(1_001));
        });

        var refused = 0;
        for (var i = 0; i < 1_000_000; i++)
        {
            if (memory.TryTake(1))
                memory.GiveBack(1);
            else
                refused++;
        }

        await stop.CancelAsync();
        await tooMuch;
        Assert.Equal(0, refused);
    }

    [Fact]
    public void What_must_be_held_is_held_above_the_limit_and_nothing_else_fits_until_it_is_given_back()
    {
        var memory = Of(100);

        memory.Take(150);
        Assert.False(memory.TryTake(1));
        memory.GiveBack(150);

        Assert.True(memory.TryTake(100));
    }

    [Fact]
    public void By_default_the_limit_is_half_of_what_the_process_may_use() =>
        Assert.Equal(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2, Of(null).Limit);

    private static BackgroundTaskMemory Of(long? limit) => new(Options.Create(new BackgroundTasksOptions { MaxMemoryBytes = limit }));
}

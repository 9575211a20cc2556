using BackgroundTasks.Api.Images;
using Microsoft.Extensions.Options;

namespace BackgroundTasks.Api.Tests.Images;

/// <summary>Images are bounded by the bytes of all that are decoded at once, not by their number.</summary>
public sealed class ImageMemoryTests
{
    private readonly BackgroundTaskMemory _budget = new(Options.Create(new BackgroundTasksOptions { MaxMemoryBytes = 200 << 20 }));

    [Fact]
    public void Images_have_half_of_the_budget_unless_a_setting_says_otherwise()
    {
        Assert.Equal(100L << 20, Memory(null).Limit);
        Assert.Equal(40L << 20, Memory(40).Limit);
    }

    [Fact]
    public async Task Images_that_fit_go_at_once_and_take_their_bytes_from_the_budget_of_the_process()
    {
        var memory = Memory(100);
        using (await EnterAsync(memory, 60))
        using (await EnterAsync(memory, 40))
            Assert.Equal(100L << 20, _budget.Used);
        Assert.Equal(0, _budget.Used);
    }

    [Fact]
    public async Task An_image_that_does_not_fit_waits_for_those_before_it()
    {
        var memory = Memory(100);
        var first = await EnterAsync(memory, 60);
        var second = EnterAsync(memory, 50);
        Assert.False(second.IsCompleted);

        first.Dispose();
        first.Dispose();

        using var place = await second.WaitAsync(HeldWork.Guard);
        Assert.Equal(50L << 20, _budget.Used);
    }

    [Fact]
    public async Task A_large_image_is_not_overtaken_by_small_ones_that_came_later()
    {
        var memory = Memory(100);
        var first = await EnterAsync(memory, 60);
        var large = EnterAsync(memory, 100);
        var small = EnterAsync(memory, 10);
        Assert.False(small.IsCompleted);

        first.Dispose();
        (await large.WaitAsync(HeldWork.Guard)).Dispose();

        using var place = await small.WaitAsync(HeldWork.Guard);
    }

    [Fact]
    public async Task A_cancel_ends_a_wait_and_lets_the_next_one_in()
    {
        var memory = Memory(100);
        using var first = await EnterAsync(memory, 60);
        using var cancel = new CancellationTokenSource();
        var large = memory.EnterAsync(100L << 20, cancel.Token);
        var small = EnterAsync(memory, 10);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => large);
        using var place = await small.WaitAsync(HeldWork.Guard);
        Assert.Equal(70L << 20, _budget.Used);
    }

    [Fact]
    public async Task A_full_budget_delays_images_and_never_stops_them()
    {
        var memory = Memory(100);
        _budget.Take(_budget.Limit);
        var first = await EnterAsync(memory, 10);
        var second = EnterAsync(memory, 10);
        Assert.False(second.IsCompleted);

        first.Dispose();

        using var place = await second.WaitAsync(HeldWork.Guard);
    }

    [Fact]
    public async Task Many_at_once_never_exceed_the_bound_and_leave_nothing_taken()
    {
        var memory = Memory(100);
        await Parallel.ForEachAsync(Enumerable.Range(0, 2_000), async (number, cancellationToken) =>
        {
            using var cancel = new CancellationTokenSource();
            var entering = memory.EnterAsync(((number % 60) + 1) << 20, cancel.Token);
            if (number % 7 == 0)
                await cancel.CancelAsync();
            try
            {
                using var place = await entering;
                Assert.InRange(_budget.Used, 1, 100 << 20);
                await Task.Yield();
            }
            catch (OperationCanceledException)
            {
            }
        });
        Assert.Equal(0, _budget.Used);
    }

    private ImageMemory Memory(int? megabytes) => new(Options.Create(new ImageOptions { MaxMemoryBytes = (long?)megabytes << 20 }), _budget);

    private static Task<IDisposable> EnterAsync(ImageMemory memory, int megabytes) => memory.EnterAsync((long)megabytes << 20, CancellationToken.None);
}

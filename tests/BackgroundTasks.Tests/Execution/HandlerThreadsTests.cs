using BackgroundTasks.Execution;

namespace BackgroundTasks.Tests.Execution;

public class HandlerThreadsTests
{
    [Fact]
    public async Task Work_on_a_thread_sees_the_context_of_its_caller_and_of_no_other()
    {
        using var threads = new HandlerThreads();
        var current = new AsyncLocal<string>();

        current.Value = "first";
        var first = await threads.RunAsync(ReadAsync, _ => { });
        current.Value = "second";
        var second = await threads.RunAsync(ReadAsync, _ => { });

        Assert.Equal((("first", "first"), ("second", "second")), (first, second));

        async Task<(string?, string?)> ReadAsync()
        {
            var before = current.Value;
            await Task.Yield();
            return (before, current.Value);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Work_for_which_no_thread_can_be_made_runs_on_one_that_is_there_or_never(bool isOneThere)
    {
        var fails = false;
        using var threads = new HandlerThreads(thread =>
        {
            if (fails)
                throw new InsufficientMemoryException();
            thread.UnsafeStart();
        });
        var release = new TaskCompletionSource();
        var first = isOneThere ? threads.RunAsync(() => HoldAsync(release.Task), _ => { }) : Task.FromResult(0);
        var runs = 0;
        fails = true;

        var second = threads.RunAsync(() => Task.FromResult(Interlocked.Increment(ref runs)), _ => { });
        fails = false;
        release.SetResult();
        await first.WaitAsync(TaskHost.Guard);
        await threads.RunAsync(() => Task.FromResult(0), _ => { }).WaitAsync(TaskHost.Guard);

        Assert.Equal(isOneThere, await Record.ExceptionAsync(() => second.WaitAsync(TaskHost.Guard)) is null);
        Assert.Equal(isOneThere ? 1 : 0, runs);

        static async Task<int> HoldAsync(Task until)
        {
            await until;
            return 0;
        }
    }
}

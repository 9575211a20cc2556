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
}

using BackgroundTasks.Execution;
using BackgroundTasks.Tests.Stores;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace BackgroundTasks.Tests.Execution;

/// <summary>The clock reads two times, and time goes on between the readings.</summary>
public class ClockReadingTests
{
    [Fact]
    public async Task Time_that_goes_on_between_the_readings_makes_nothing_late()
    {
        var time = new TimeThatGoesOn();
        var due = SampleTasks.Start.AddSeconds(1);
        var looked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var store = new ToldStore
        {
            Due = now =>
            {
                if (now < due)
                    return new DueTasks([], due);
                looked.TrySetResult();
                return new DueTasks([], null);
            },
        };
        using var clock = new TaskClock(store, new TaskChanger(store), time, Options.Create(new BackgroundTasksOptions()), NullLogger<TaskClock>.Instance);

        await clock.StartAsync(default);

        await looked.Task.WaitAsync(TaskHost.Guard);
        await clock.StopAsync(default);
    }

    /// <summary>Two seconds pass once, after the first reading of the wall clock.</summary>
    private sealed class TimeThatGoesOn() : FakeTimeProvider(SampleTasks.Start)
    {
        private int _readings;

        public override DateTimeOffset GetUtcNow()
        {
            var now = base.GetUtcNow();
            if (Interlocked.Increment(ref _readings) == 1)
                Advance(TimeSpan.FromSeconds(2));
            return now;
        }
    }
}

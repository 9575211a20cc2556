using System.Text.Json;
using BackgroundTasks.Http;
using BackgroundTasks.Tests.Stores;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace BackgroundTasks.Tests.Execution;

/// <summary>Times that only a damaged record has: they must not take others with them.</summary>
public class FarTimeTests
{
    [Fact]
    public void A_task_that_finished_at_the_end_of_all_times_is_shown()
    {
        var samples = new SampleTasks();
        var finished = samples.Queued().Start("node", samples.Now)!.Fail(new("E", "No.", 1), DateTimeOffset.MaxValue)!;

        using var shown = new MemoryStream();
        using (var json = new Utf8JsonWriter(shown))
            TaskJson.Write(json, finished, "", TimeSpan.FromDays(1));

        using var document = JsonDocument.Parse(shown.ToArray());
        Assert.Equal(DateTimeOffset.MaxValue, document.RootElement.GetProperty("expiresAt").GetDateTimeOffset());
    }

    [Fact]
    public async Task A_task_that_is_scheduled_for_the_end_of_all_times_keeps_the_clock_from_nothing()
    {
        var time = new NanosecondTime();
        await using var host = await TaskHost.StartAsync(tasks =>
        {
            tasks.Services.AddSingleton<TimeProvider>(time);
            StoreFaults.Use(tasks.Services, nameof(IBackgroundTaskStore.ListDueAsync));
            tasks.AddHandler("echo", (HeldPayload payload, BackgroundTaskContext _, CancellationToken _) => Task.FromResult(payload.Name));
        });
        var submission = new BackgroundTaskSubmission { Id = host.Get<BackgroundTaskIds>().Next(), Type = "echo", Queue = "default", Payload = "{}"u8.ToArray(), CreatedAt = time.GetUtcNow() };
        await host.Get<IBackgroundTaskStore>().AddAsync(BackgroundTask.Create(submission, DateTimeOffset.MaxValue, followsClock: true), 10, default);

        for (var i = 0; i < 100; i++)
            await host.EndOf(await host.Queue.EnqueueAsync(new HeldPayload()));
        var delayed = await host.Queue.EnqueueAsync(new HeldPayload(), new() { Delay = TimeSpan.FromSeconds(5) });
        time.Advance(TimeSpan.FromSeconds(6));
        await host.EndOf(delayed);

        Assert.InRange(host.Get<StoreFaults>().Calls, 2, 20);
    }

    /// <summary>As on Linux, where a tick of the elapsed time is a nanosecond.</summary>
    private sealed class NanosecondTime() : FakeTimeProvider(SampleTasks.Start)
    {
        public override long TimestampFrequency => 1_000_000_000;

        public override long GetTimestamp() => (base.GetUtcNow() - SampleTasks.Start).Ticks * 100;
    }
}

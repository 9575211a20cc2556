using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace BackgroundTasks.Tests.Budget;

/// <summary>What clients that wait for their tasks hold in memory beside what is counted.</summary>
public sealed class WaitingClientTests
{
    [Fact]
    public async Task A_client_that_waits_for_its_task_does_not_hold_on_to_the_payload_in_the_store()
    {
        var journal = new PayloadWatch();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Services.AddSingleton<IBackgroundTaskJournal>(journal);
        builder.Services.AddBackgroundTasks().AddHandler<HeldPayload, string>("held", new HeldWork().HandleAsync);
        await using var app = builder.Build();
        app.MapBackgroundTasks();
        await app.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/tasks") { Content = new StringContent("""{"type":"held","payload":{"name":"?"}}""".Replace("?", new string('x', 500_000), StringComparison.Ordinal), Encoding.UTF8, "application/json") };
        request.Headers.Add("Prefer", "wait=60");
        var waiting = app.GetTestClient().SendAsync(request);
        await journal.Added.WaitAsync(TaskHost.Guard);
        request.Content = null;
        while (app.Services.GetRequiredService<BackgroundTaskMemory>().Used > 100_000)
            await Task.Yield();

        for (var i = 0; i < 100 && journal.Payload.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.Yield();
        }

        Assert.False(waiting.IsCompleted);
        Assert.False(journal.Payload.IsAlive);
        journal.Release();
        await waiting;
    }

    /// <summary>A journal that has payloads in a file, as far as its memory goes: it knows only whether the last one is still held by anybody.</summary>
    private sealed class PayloadWatch : IBackgroundTaskJournal
    {
        private readonly TaskCompletionSource _added = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Added => _added.Task;

        /// <summary>The task may start.</summary>
        public void Release() => _released.SetResult();

        public WeakReference Payload { get; private set; } = new(null);

        public ValueTask<JournalContents> OpenAsync(CancellationToken cancellationToken) => new(new JournalContents([], [], null));

        public ValueTask<bool> AddAsync(BackgroundTask task, CancellationToken cancellationToken)
        {
            Assert.True(System.Runtime.InteropServices.MemoryMarshal.TryGetArray(task.Submission.Payload, out var array));
            Payload = new WeakReference(array.Array);
            _added.TrySetResult();
            return new(true);
        }

        public ValueTask WriteAsync(BackgroundTask? current, BackgroundTask? successor, StoreWrite write, CancellationToken cancellationToken) => default;

        public async ValueTask<ReadOnlyMemory<byte>?> ReadPayloadAsync(BackgroundTask task, CancellationToken cancellationToken)
        {
            await _released.Task;
            return null;
        }

        public ValueTask<BackgroundTask?> FindAsync(Guid id, CancellationToken cancellationToken) => new((BackgroundTask?)null);

        public ValueTask<BackgroundTask?> FindByKeyAsync(string idempotencyKey, CancellationToken cancellationToken) => new((BackgroundTask?)null);

        public ValueTask<JournalPage> ListAsync(BackgroundTaskFilter filter, Guid? below, int maxRecords, CancellationToken cancellationToken) => new(new JournalPage([], null));

        public ValueTask<bool> PurgeAsync(DateTimeOffset finishedBefore, int keepAtMost, Action<PurgedTask> onPurged, CancellationToken cancellationToken) => new(false);

        public ValueTask SetPausedAsync(string queue, bool paused, CancellationToken cancellationToken) => default;
    }
}

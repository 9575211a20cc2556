using BackgroundTasks.Tests.Stores;
using Microsoft.Extensions.DependencyInjection;

namespace BackgroundTasks.Tests.Execution;

/// <summary>What a process does with what the one before it left.</summary>
public class RestartTests
{
    private static readonly DateTimeOffset Before = new(2026, 1, 2, 3, 0, 0, TimeSpan.Zero);
    private readonly BackgroundTaskIds _ids = new(TimeProvider.System);

    [Fact]
    public async Task What_ran_when_the_process_ended_runs_again_at_once_and_the_loss_is_counted()
    {
        var ran = Queued().Start("former", Before)!;
        await using var host = await StartAsync(ran);

        var ended = await host.EndOf(ran);

        Assert.Equal((BackgroundTaskState.Succeeded, 2, 1, 1), (ended.State, ended.Run, ended.Attempt, ended.LostRuns));
    }

    [Fact]
    public async Task What_was_lost_too_often_fails_and_its_neighbours_do_not()
    {
        var poison = Queued();
        for (var lost = 0; lost < 2; lost++)
            poison = poison.Start("former", Before)!.Recover(3, Before)!;
        poison = poison.Start("former", Before)!;
        var neighbour = Queued();
        await using var host = await StartAsync(poison, neighbour);

        Assert.Equal("lost", (await host.EndOf(poison)).Error?.Type);
        Assert.Equal((BackgroundTaskState.Succeeded, 0), (await host.EndOf(neighbour) is var ended ? (ended.State, ended.LostRuns) : default));
    }

    [Fact]
    public async Task A_cancel_that_was_requested_is_the_end_of_what_was_lost()
    {
        var canceled = Queued().Start("former", Before)!.Cancel(Before)!;
        await using var host = await StartAsync(canceled);

        Assert.Equal(BackgroundTaskState.Canceled, (await host.EndOf(canceled)).State);
    }

    [Fact]
    public async Task What_waited_longest_goes_first_again()
    {
        var order = new List<Guid>();
        var retried = Queued();
        var (first, second) = (Queued(Before.AddSeconds(1)), Queued(Before.AddSeconds(2)));
        var last = retried.Start("former", Before)!.Interrupt(Before.AddSeconds(3))!;
        await using var host = await StartAsync(order, last, second, first);

        foreach (var task in new[] { first, second, last })
            await host.EndOf(task);

        Assert.Equal([first.Id, second.Id, last.Id], order);
    }

    [Theory]
    [InlineData("gone", "default")]
    [InlineData("t", "gone")]
    public async Task What_has_no_handler_or_no_queue_here_waits_and_can_be_canceled(string type, string queue)
    {
        var (left, neighbour) = (Queued(type: type, queue: queue), Queued());
        await using var host = await StartAsync(left, neighbour);

        await host.EndOf(neighbour);

        Assert.Equal(BackgroundTaskState.Queued, (await host.Queue.FindAsync(left.Id))!.State);
        Assert.Equal(BackgroundTaskState.Canceled, (await host.Queue.CancelAsync(left.Id))!.State);
    }

    private static Task<TaskHost> StartAsync(params BackgroundTask[] left) => StartAsync([], left);

    private static Task<TaskHost> StartAsync(List<Guid> order, params BackgroundTask[] left) => TaskHost.StartAsync(
        tasks =>
        {
            tasks.Services.AddSingleton<IBackgroundTaskJournal>(new SteppingJournal { Left = left });
            tasks.AddHandler("t", (string payload, BackgroundTaskContext context, CancellationToken cancellationToken) =>
            {
                order.Add(context.Id);
                return Task.FromResult(payload);
            });
        },
        options => options.Queues["default"] = new() { Workers = 1 });

    private BackgroundTask Queued(DateTimeOffset? at = null, string type = "t", string queue = "default") => BackgroundTask.Create(
        new BackgroundTaskSubmission { Id = _ids.Next(), Type = type, Queue = queue, Payload = "\"\""u8.ToArray(), CreatedAt = at ?? Before });
}

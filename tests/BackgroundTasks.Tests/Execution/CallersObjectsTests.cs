using BackgroundTasks.Tests.Stores;
using Microsoft.Extensions.DependencyInjection;

namespace BackgroundTasks.Tests.Execution;

/// <summary>What a caller hands in stays the caller's: it may change it at once, and nothing that waits or runs is touched by it.</summary>
public class CallersObjectsTests
{
    private readonly HeldWork _held = new();

    [Fact]
    public async Task Tags_that_are_reused_for_every_submit_are_those_of_each_task()
    {
        await using var host = await StartAsync(workers: 1);
        var tags = new Dictionary<string, string>();
        var tasks = new List<BackgroundTask>();
        for (var i = 0; i < 6; i++)
        {
            tags["tenant"] = $"{i % 3}";
            tasks.Add(await host.Queue.EnqueueAsync(new HeldPayload($"{i}"), new() { Tags = tags }));
        }

        tags.Clear();
        for (var i = 0; i < 6; i++)
            (await _held.NextAsync()).Return("");

        for (var i = 0; i < 6; i++)
            Assert.Equal($"{i % 3}", (await host.EndOf(tasks[i])).Submission.Tags!["tenant"]);
    }

    [Fact]
    public async Task The_tags_that_a_task_shows_cannot_be_changed()
    {
        await using var host = await StartAsync();

        var task = await host.Queue.EnqueueAsync(new HeldPayload(), new() { Tags = new Dictionary<string, string> { ["tenant"] = "a" } });
        (await _held.NextAsync()).Return("");

        Assert.Equal("a", task.Submission.Tags!["tenant"]);
        Assert.False(task.Submission.Tags is IDictionary<string, string> { IsReadOnly: false } or ICollection<KeyValuePair<string, string>> { IsReadOnly: false });
    }

    [Fact]
    public async Task A_payload_that_is_changed_after_its_submit_runs_as_it_was()
    {
        await using var host = await TaskHost.StartAsync(tasks => tasks.AddHandler("sum", (List<int> numbers, BackgroundTaskContext _, CancellationToken _) => Task.FromResult(numbers.Sum())));
        List<int> numbers = [1, 2];

        var submit = host.Queue.EnqueueAsync(numbers);
        numbers.Add(3);

        Assert.Equal(3, host.Queue.GetResult<int>(await host.EndOf(await submit)));
    }

    [Fact]
    public async Task A_filter_whose_members_are_changed_while_the_list_is_read_selects_what_it_did()
    {
        var (reading, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        var journal = new SteppingJournal();
        await using var host = await TaskHost.StartAsync(tasks => tasks
            .AddHandler<HeldPayload, string>("held", _held.HandleAsync).Services.AddSingleton<IBackgroundTaskJournal>(journal));
        var task = await host.Queue.EnqueueAsync(new HeldPayload(), new() { Tags = new Dictionary<string, string> { ["tenant"] = "a" } });
        (await _held.NextAsync()).Return("");
        await host.EndOf(task);
        journal.BeforeList = () =>
        {
            reading.SetResult();
            return goOn.Task;
        };
        var tags = new Dictionary<string, string> { ["tenant"] = "a" };
        List<BackgroundTaskState> states = [BackgroundTaskState.Succeeded];

        var list = host.Queue.ListAsync(new() { Tags = tags, States = states });
        await reading.Task.WaitAsync(TaskHost.Guard);
        tags["tenant"] = "b";
        states[0] = BackgroundTaskState.Failed;
        goOn.SetResult();

        Assert.Equal(task.Id, Assert.Single((await list).Tasks).Id);
    }

    private Task<TaskHost> StartAsync(int workers = 8) => TaskHost.StartAsync(
        tasks => tasks.AddHandler<HeldPayload, string>("held", _held.HandleAsync),
        options => options.Queues["default"] = new() { Workers = workers });
}

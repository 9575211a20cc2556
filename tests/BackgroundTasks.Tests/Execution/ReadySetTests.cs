using BackgroundTasks.Execution;

namespace BackgroundTasks.Tests.Execution;

public class ReadySetTests
{
    private readonly BackgroundTaskIds _ids = new(TimeProvider.System);

    [Fact]
    public void What_was_forgotten_is_skipped()
    {
        var ready = new ReadySet();
        var tasks = Enumerable.Range(0, 3).Select(_ => NewTask()).ToList();
        tasks.ForEach(ready.Add);

        ready.Forget(Canceled(tasks[1]));

        Assert.True(ready.TryTake(out var first));
        Assert.True(ready.TryTake(out var second));
        Assert.False(ready.TryTake(out _));
        Assert.Equal([tasks[0].Id, tasks[2].Id], [first.Id, second.Id]);
    }

    [Fact]
    public void A_set_of_the_forgotten_does_not_grow()
    {
        var ready = new ReadySet();
        for (var i = 0; i < 10_000; i++)
        {
            var task = NewTask();
            ready.Add(task);
            ready.Forget(Canceled(task));
        }

        Assert.True(ready.Count < 200);
    }

    [Fact]
    public void What_is_queued_again_after_it_was_forgotten_is_taken()
    {
        var ready = new ReadySet();
        var task = NewTask();
        ready.Add(task);
        Assert.True(ready.TryTake(out _));

        ready.Forget(Canceled(task));
        ready.Add(new BackgroundTask { Submission = task.Submission, State = BackgroundTaskState.Queued, Version = 3 });

        Assert.True(ready.TryTake(out var again));
        Assert.Equal(3, again.Version);
    }

    private static BackgroundTask Canceled(BackgroundTask task) => task.Cancel(task.Submission.CreatedAt)!;

    private BackgroundTask NewTask() => BackgroundTask.Create(new BackgroundTaskSubmission { Id = _ids.Next(), Type = "t", Queue = "default", CreatedAt = TimeProvider.System.GetUtcNow() });
}

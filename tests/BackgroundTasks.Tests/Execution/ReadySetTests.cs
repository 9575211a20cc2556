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

        ready.Forget(tasks[1].Id);

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
            ready.Forget(task.Id);
        }

        Assert.True(ready.Count < 200);
    }

    private BackgroundTask NewTask() => BackgroundTask.Create(new BackgroundTaskSubmission { Id = _ids.Next(), Type = "t", Queue = "default", CreatedAt = TimeProvider.System.GetUtcNow() });
}

using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace BackgroundTasks.Tests.Diagnostics;

public class TaskActivitiesTests
{
    private readonly HeldWork _held = new();

    [Fact]
    public async Task The_submit_is_an_activity_under_the_request_and_its_context_is_kept()
    {
        await using var host = await StartAsync();
        using var recorder = new ActivityRecorder(host);
        using var request = StartRequest();

        var task = await host.Queue.EnqueueAsync(new HeldPayload());
        (await _held.NextAsync()).Return("");
        var send = await recorder.NextAsync();

        Assert.Equal(("BackgroundTasks", "send default", ActivityKind.Producer), (send.Source.Name, send.DisplayName, send.Kind));
        Assert.Equal((request.TraceId, request.SpanId), (send.TraceId, send.ParentSpanId));
        Assert.Equal((send.Id, "vendor=1"), (task.Submission.TraceParent, task.Submission.TraceState));
        Assert.Equal(request, Activity.Current);
        Assert.Equal(
            [
                "background_tasks.task.type=held",
                "messaging.destination.name=default",
                $"messaging.message.id={task.Id:N}",
                "messaging.operation.name=send",
                "messaging.operation.type=send",
                "messaging.system=background_tasks",
            ],
            Tags(send));
    }

    [Fact]
    public async Task An_attempt_is_a_child_of_the_submit_and_linked_to_it()
    {
        await using var host = await StartAsync();
        using var recorder = new ActivityRecorder(host);
        using var request = StartRequest();

        var task = await host.Queue.EnqueueAsync(new HeldPayload());
        (await _held.NextAsync()).Return("");
        var (send, process) = (await recorder.NextAsync(), await recorder.NextAsync());

        Assert.Equal(("process default", ActivityKind.Consumer, ActivityStatusCode.Unset), (process.DisplayName, process.Kind, process.Status));
        Assert.Equal((send.TraceId, send.SpanId, "vendor=1"), (process.TraceId, process.ParentSpanId, process.TraceStateString));
        Assert.Equal(send.SpanId, Assert.Single(process.Links).Context.SpanId);
        Assert.Equal(
            [
                "background_tasks.outcome=succeeded",
                "background_tasks.task.attempt=1",
                "background_tasks.task.type=held",
                "messaging.destination.name=default",
                $"messaging.message.id={task.Id:N}",
                "messaging.operation.name=process",
                "messaging.operation.type=process",
                "messaging.system=background_tasks",
            ],
            Tags(process));
    }

    [Fact]
    public async Task An_attempt_that_fails_has_the_error_that_clients_see()
    {
        await using var host = await StartAsync();
        using var recorder = new ActivityRecorder(host);

        await host.Queue.EnqueueAsync(new HeldPayload());
        (await _held.NextAsync()).Throw(new InvalidOperationException("secret"));
        await recorder.NextAsync();
        var process = await recorder.NextAsync();

        Assert.Equal((ActivityStatusCode.Error, null), (process.Status, process.StatusDescription));
        Assert.Equal(("InvalidOperationException", "failed"), (process.GetTagItem("error.type"), process.GetTagItem("background_tasks.outcome")));
    }

    [Fact]
    public async Task A_refused_submit_has_the_reason_as_its_error()
    {
        await using var host = await StartAsync();
        using var recorder = new ActivityRecorder(host);
        await host.StopAsync();

        await Assert.ThrowsAsync<BackgroundTaskQueueFullException>(async () => await host.Queue.EnqueueAsync(new HeldPayload()));
        var send = await recorder.NextAsync();

        Assert.Equal((ActivityStatusCode.Error, "stopping", null), (send.Status, send.GetTagItem("error.type"), send.GetTagItem("messaging.message.id")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_handler_calls_is_a_child_of_its_attempt(bool blocking)
    {
        var inside = new TaskCompletionSource<(ActivitySpanId?, ActivitySpanId?)>();
        await using var host = await TaskHost.StartAsync(tasks => tasks.AddHandler(
            "trace",
            async (HeldPayload _, BackgroundTaskContext _, CancellationToken _) =>
            {
                var before = Activity.Current?.SpanId;
                await Task.Yield();
                inside.SetResult((before, Activity.Current?.SpanId));
                return true;
            },
            type => type.Blocking = blocking));
        using var recorder = new ActivityRecorder(host);

        await host.Queue.EnqueueAsync(new HeldPayload());
        await recorder.NextAsync();
        var process = await recorder.NextAsync();

        Assert.Equal((process.SpanId, process.SpanId), await inside.Task.WaitAsync(TaskHost.Guard));
    }

    [Fact]
    public async Task A_task_that_kept_no_context_starts_a_trace_of_its_own()
    {
        await using var host = await StartAsync(workers: 1);
        await host.Queue.EnqueueAsync(new HeldPayload("first"));
        await host.Queue.EnqueueAsync(new HeldPayload("second"));
        var first = await _held.NextAsync();
        using var recorder = new ActivityRecorder(host);

        first.Return("");
        (await _held.NextAsync()).Return("");
        var process = await recorder.NextAsync();

        Assert.Equal(("process default", default, null), (process.DisplayName, process.ParentSpanId, process.Parent));
        Assert.Empty(process.Links);
        Assert.NotEqual(default, process.TraceId);
    }

    [Fact]
    public async Task Where_nobody_listens_there_is_no_activity_and_the_requests_own_context_is_kept()
    {
        var inside = new TaskCompletionSource<Activity?>();
        await using var host = await TaskHost.StartAsync(tasks => tasks.AddHandler("trace", (HeldPayload _, BackgroundTaskContext _, CancellationToken _) =>
        {
            inside.SetResult(Activity.Current);
            return Task.FromResult(true);
        }));
        using var request = StartRequest();

        var task = await host.Queue.EnqueueAsync(new HeldPayload());

        Assert.Equal((request.Id, "vendor=1"), (task.Submission.TraceParent, task.Submission.TraceState));
        Assert.Null(await inside.Task.WaitAsync(TaskHost.Guard));
    }

    [Fact]
    public async Task What_a_sampler_declines_keeps_the_requests_own_context()
    {
        await using var host = await StartAsync();
        using var recorder = new ActivityRecorder(host, ActivitySamplingResult.None);
        using var request = StartRequest();

        var task = await host.Queue.EnqueueAsync(new HeldPayload());
        (await _held.NextAsync()).Return("");
        await host.EndOf(task);

        Assert.Equal(request.Id, task.Submission.TraceParent);
        Assert.True(recorder.IsEmpty);
    }

    private Task<TaskHost> StartAsync(int workers = 8) => TaskHost.StartAsync(
        tasks => tasks.AddHandler<HeldPayload, string>("held", _held.HandleAsync),
        options => options.Queues["default"] = new() { Workers = workers });

    private static Activity StartRequest() => new Activity("request") { TraceStateString = "vendor=1" }.SetIdFormat(ActivityIdFormat.W3C).Start();

    private static IEnumerable<string> Tags(Activity activity) => activity.TagObjects.Select(tag => $"{tag.Key}={tag.Value}").Order(StringComparer.Ordinal);
}

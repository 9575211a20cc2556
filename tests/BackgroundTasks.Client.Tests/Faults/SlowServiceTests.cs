using System.Net;

namespace BackgroundTasks.Client.Tests.Faults;

/// <summary>A service that takes its time: no call hangs beyond its limit, and no limit cuts off what is held on purpose.</summary>
public sealed class SlowServiceTests
{
    [Theory]
    [InlineData(Caller.Awaits)]
    [InlineData(Caller.Blocks)]
    public async Task An_attempt_that_takes_too_long_is_given_up_and_repeated(Caller caller)
    {
        var time = new ClientTime();
        var options = time.Options;
        options.AttemptTimeout = TimeSpan.FromSeconds(15);
        var script = new Script(Script.Silence, Script.Task(code: HttpStatusCode.Accepted));

        var submitting = script.ToClient(options).SubmitAsync(caller);
        var limit = await time.SkipPauseAsync();
        await time.SkipPauseAsync();
        await submitting.WaitAsync(Clients.Guard);

        Assert.Equal(TimeSpan.FromSeconds(15), limit);
        Assert.Equal(2, script.Requests.Count);
    }

    [Theory]
    [InlineData(Caller.Awaits)]
    [InlineData(Caller.Blocks)]
    public async Task A_service_that_never_answers_is_told_within_the_time_of_the_call(Caller caller)
    {
        var time = new ClientTime();
        var options = time.Options;
        (options.AttemptTimeout, options.RetryTimeout) = (TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(60));
        var script = new Script(Script.Silence);
        var start = time.GetUtcNow();

        var submitting = script.ToClient(options).SubmitAsync(caller);
        var moving = MoveAsync(time, submitting);
        await Assert.ThrowsAsync<ServiceUnreachableException>(() => submitting.WaitAsync(Clients.Guard));
        await moving;

        Assert.InRange(time.GetUtcNow() - start, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(75));
    }

    [Theory]
    [InlineData(Caller.Awaits)]
    [InlineData(Caller.Blocks)]
    public async Task A_wait_ends_with_its_own_time_even_if_the_service_never_answers(Caller caller)
    {
        var time = new ClientTime();
        var script = new Script(Script.Silence);

        var waiting = script.ToClient(time.Options).WaitAsync(caller, "a1", TimeSpan.FromSeconds(20));
        Assert.Equal(TimeSpan.FromSeconds(20), await time.SkipPauseAsync());
        var over = await Assert.ThrowsAsync<BackgroundTaskNotFinishedException>(() => waiting.WaitAsync(Clients.Guard));

        Assert.Equal(("a1", null), (over.TaskId, over.Task));
        Assert.Equal("Task a1 had not ended after 20 s, and the service had not answered. It goes on; wait again, or call CancelAsync(\"a1\").", over.Message);
    }

    [Theory]
    [InlineData(Caller.Awaits)]
    [InlineData(Caller.Blocks)]
    public async Task A_wait_that_runs_out_tells_the_last_state(Caller caller)
    {
        var time = new ClientTime();
        var script = new Script(Script.Task("running", retryAfter: "1"), Script.Silence);

        var waiting = script.ToClient(time.Options).WaitAsync(caller, "a1", TimeSpan.FromSeconds(200));
        await time.SkipPauseAsync();
        time.Advance(TimeSpan.FromSeconds(199));
        var over = await Assert.ThrowsAsync<BackgroundTaskNotFinishedException>(() => waiting.WaitAsync(Clients.Guard));

        Assert.Equal(BackgroundTaskStatus.Running, over.Task!.Status);
    }

    [Theory]
    [InlineData(Caller.Awaits)]
    [InlineData(Caller.Blocks)]
    public async Task A_held_answer_outlasts_the_limit_of_an_attempt_by_the_time_it_is_held(Caller caller)
    {
        var time = new ClientTime();
        var options = time.Options;
        (options.AttemptTimeout, options.PollWait) = (TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30));
        var script = new Script(Script.Silence, Script.Task("succeeded"));

        var waiting = script.ToClient(options).WaitAsync(caller, "a1", TimeSpan.FromSeconds(300));
        var limit = await time.SkipPauseAsync();
        await time.SkipPauseAsync();
        await waiting.WaitAsync(Clients.Guard);

        Assert.Equal(TimeSpan.FromSeconds(35), limit);
    }

    [Theory]
    [InlineData(Caller.Awaits)]
    [InlineData(Caller.Blocks)]
    public async Task An_answer_that_comes_at_once_is_not_asked_for_again_at_once(Caller caller)
    {
        var time = new ClientTime();
        var script = new Script(Script.Task("running", retryAfter: "3"), Script.Task("running"), Script.Task("succeeded"));

        var waiting = script.ToClient(time.Options).WaitAsync(caller, "a1", TimeSpan.FromSeconds(300));
        var pauses = await time.SkipPausesUntilAsync(waiting);
        var task = await waiting;

        Assert.Equal([TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(1)], pauses);
        Assert.Equal("done", task.GetResult(TestJson.Default.String));
    }

    [Theory]
    [InlineData("2147483647", Caller.Awaits)]
    [InlineData("2147483647", Caller.Blocks)]
    [InlineData("Fri, 31 Dec 9999 23:59:59 GMT", Caller.Awaits)]
    public async Task A_wait_that_is_asked_to_come_back_in_years_ends_with_its_time(string retryAfter, Caller caller)
    {
        var time = new ClientTime();
        var script = new Script(Script.Task("running", retryAfter: retryAfter));

        var waiting = script.ToClient(time.Options).WaitAsync(caller, "a1", TimeSpan.FromSeconds(20));
        await time.SkipPauseAsync();

        await Assert.ThrowsAsync<BackgroundTaskNotFinishedException>(() => waiting.WaitAsync(Clients.Guard));
    }

    [Theory]
    [InlineData(Caller.Awaits)]
    [InlineData(Caller.Blocks)]
    public async Task Who_cancels_a_wait_gets_their_own_cancellation(Caller caller)
    {
        var time = new ClientTime();
        using var enough = new CancellationTokenSource();

        var waiting = new Script(Script.Silence).ToClient(time.Options).WaitAsync(caller, "a1", TimeSpan.FromSeconds(20), enough.Token);
        await time.NextPauseAsync();
        await enough.CancelAsync();

        Assert.Equal(enough.Token, (await Assert.ThrowsAsync<OperationCanceledException>(() => waiting.WaitAsync(Clients.Guard))).CancellationToken);
    }

    [Fact]
    public async Task The_service_is_asked_to_hold_the_answer_no_longer_than_the_wait_lasts()
    {
        var time = new ClientTime();
        var script = new Script(Script.Task("succeeded"));
        var client = script.ToClient(time.Options);

        await client.WaitAsync("a1", TimeSpan.FromMinutes(10));
        await client.WaitAsync("a1", TimeSpan.FromSeconds(7.2));
        await client.WaitAsync("a1", Timeout.InfiniteTimeSpan);

        Assert.Equal(["wait=30", "wait=8", "wait=30"], script.Requests.Select(request => request.Prefer));
    }

    [Theory]
    [InlineData(10, "wait=5")]
    [InlineData(3, "wait=1")]
    [InlineData(1, null)]
    public async Task An_HttpClient_with_a_time_out_of_its_own_is_asked_for_half_of_it_at_most(int seconds, string? prefer)
    {
        var script = new Script(Script.Task("succeeded"));
        using var http = new HttpClient(script) { BaseAddress = new Uri("http://service"), Timeout = TimeSpan.FromSeconds(seconds) };

        await new BackgroundTasksClient(http).WaitAsync("a1", TimeSpan.FromMinutes(10));

        Assert.Equal(prefer, Assert.Single(script.Requests).Prefer);
    }

    [Fact]
    public async Task A_wait_for_a_change_sends_what_it_has_seen_and_returns_it_where_nothing_changes()
    {
        var time = new ClientTime();
        var script = new Script(Script.Task("running", etag: "2.1"), static () => new HttpResponseMessage(HttpStatusCode.NotModified), Script.Silence);
        var client = script.ToClient(time.Options);
        var seen = await client.FindAsync("a1");

        var waiting = client.WaitForChangeAsync(seen!, TimeSpan.FromSeconds(200));
        await time.SkipPauseAsync();
        time.Advance(TimeSpan.FromSeconds(199));

        Assert.Same(seen, await waiting.WaitAsync(Clients.Guard));
        Assert.Equal("W/\"2.1\"", script.Requests[^1].Headers["If-None-Match"]);
    }

    [Fact]
    public async Task A_wait_for_a_change_of_a_task_that_was_listed_ends_with_its_time_too()
    {
        var time = new ClientTime();
        var found = await new Script(Script.Task("running")).ToClient(time.Options).FindAsync("a1");
        var listed = found! with { ETag = null };
        var script = new Script(Script.Silence);

        var waiting = script.ToClient(time.Options).WaitForChangeAsync(listed, TimeSpan.FromSeconds(20));
        time.Advance(TimeSpan.FromSeconds(20));

        Assert.Same(listed, await waiting.WaitAsync(Clients.Guard));
        Assert.Null(Assert.Single(script.Requests).Prefer);
    }

    /// <summary>Moves the clock by whole limits as they begin, but never past the last one.</summary>
    private static async Task MoveAsync(ClientTime time, Task until)
    {
        while (!until.IsCompleted)
        {
            var pause = time.NextPauseAsync();
            if (await Task.WhenAny(until, pause) == until)
                return;

            // The limit of the call is told first, and is only reached step by step.
            if (await pause is var step && step < TimeSpan.FromSeconds(60))
                time.Advance(step);
        }
    }
}

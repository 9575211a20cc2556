using System.Net;

namespace BackgroundTasks.Client.Tests.Faults;

/// <summary>What is repeated, when, and how often; by a clock that the test moves.</summary>
public sealed class RepeatTests
{
    [Theory]
    [InlineData(503, Caller.Awaits)]
    [InlineData(503, Caller.Blocks)]
    [InlineData(429, Caller.Awaits)]
    [InlineData(429, Caller.Blocks)]
    [InlineData(409, Caller.Awaits)]
    public async Task A_refused_submit_is_repeated_after_its_Retry_After_and_not_before(int status, Caller caller)
    {
        var time = new ClientTime();
        var script = new Script(Script.Refuse(status, retryAfter: "7"), Script.Task(code: HttpStatusCode.Accepted));

        var submitting = script.ToClient(time.Options).SubmitAsync(caller);
        var pause = await time.NextPauseAsync();
        time.Advance(TimeSpan.FromSeconds(6.9));
        var early = script.Requests.Count;
        time.Advance(pause - TimeSpan.FromSeconds(6.9));
        await submitting.WaitAsync(Clients.Guard);

        Assert.InRange(pause.TotalSeconds, 7, 8.4);
        Assert.Equal(1, early);
        Assert.Equal(2, script.Requests.Count);
    }

    [Fact]
    public async Task A_Retry_After_may_be_a_date()
    {
        var time = new ClientTime();
        var script = new Script(Script.Refuse(503, retryAfter: "Fri, 02 Jan 2026 03:04:25 GMT"), Script.Task());

        var finding = script.ToClient(time.Options).FindAsync("a1");
        var pause = await time.SkipPauseAsync();
        await finding.WaitAsync(Clients.Guard);

        Assert.InRange(pause.TotalSeconds, 20, 24);
    }

    [Theory]
    [InlineData(Caller.Awaits)]
    [InlineData(Caller.Blocks)]
    public async Task Who_is_asked_to_come_back_too_late_is_told_so_at_once(Caller caller)
    {
        var time = new ClientTime();
        var script = new Script(Script.Refuse(503, retryAfter: "60", detail: "Too many tasks are scheduled."));
        var options = time.Options;
        options.RetryTimeout = TimeSpan.FromSeconds(60);

        var refused = await Assert.ThrowsAsync<RequestRefusedException>(() => script.ToClient(options).SubmitAsync(caller).WaitAsync(Clients.Guard));

        Assert.Equal((HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(60)), (refused.StatusCode, refused.RetryAfter));
        Assert.Equal("POST tasks was refused (503): Too many tasks are scheduled. Try again in 60 s, or raise RetryTimeout.", refused.Message);
        Assert.Single(script.Requests);
    }

    [Theory]
    [InlineData(Caller.Awaits)]
    [InlineData(Caller.Blocks)]
    public async Task A_submit_whose_answer_is_lost_is_sent_again_as_the_same_submit(Caller caller)
    {
        var time = new ClientTime();
        var script = new Script(Script.Lose, Script.Lose, Script.Task(code: HttpStatusCode.Accepted));

        var submitting = script.ToClient(time.Options).SubmitAsync(caller);
        await time.SkipPausesUntilAsync(submitting);
        await submitting;

        Assert.Equal(3, script.Requests.Count);
        Assert.Single(script.Requests.Select(request => request.Key).Distinct());
        Assert.Single(script.Requests.Select(request => request.Body).Distinct());
        Assert.Matches("^[0-9a-f]{32}$", script.Requests[0].Key);
    }

    [Theory]
    [InlineData(Caller.Awaits)]
    [InlineData(Caller.Blocks)]
    public async Task Repetition_slows_down_and_ends_with_what_to_do_next(Caller caller)
    {
        var time = new ClientTime();
        var script = new Script(Script.Unreachable);
        var options = time.Options;
        options.RetryTimeout = TimeSpan.FromSeconds(101);
        options.MaxRetryDelay = TimeSpan.FromSeconds(10);
        var start = time.GetUtcNow();

        var submitting = script.ToClient(options).SubmitAsync(caller, new() { IdempotencyKey = "order-7" });
        var pauses = await time.SkipPausesUntilAsync(submitting);
        var lost = await Assert.ThrowsAsync<ServiceUnreachableException>(() => submitting);

        Assert.Equal("order-7", lost.IdempotencyKey);
        Assert.Contains("Connection refused.", lost.Message, StringComparison.Ordinal);
        Assert.Contains("IdempotencyKey = \"order-7\"", lost.Message, StringComparison.Ordinal);
        Assert.All(pauses.Skip(1), pause => Assert.InRange(pause, TimeSpan.Zero, TimeSpan.FromSeconds(10)));
        Assert.InRange(script.Requests.Count, 5, 60);
        Assert.InRange(time.GetUtcNow() - start, TimeSpan.FromSeconds(101), TimeSpan.FromSeconds(111));
    }

    [Theory]
    [InlineData(Caller.Awaits)]
    [InlineData(Caller.Blocks)]
    public async Task A_submit_that_may_have_been_heard_and_is_refused_then_tells_its_key(Caller caller)
    {
        var time = new ClientTime();
        var script = new Script(Script.Lose, Script.Refuse(503, retryAfter: "36000"));

        var submitting = script.ToClient(time.Options).SubmitAsync(caller);
        await time.SkipPausesUntilAsync(submitting);
        var refused = await Assert.ThrowsAsync<RequestRefusedException>(() => submitting);
        var plainly = await Assert.ThrowsAsync<RequestRefusedException>(() => new Script(Script.Refuse(503, retryAfter: "36000")).ToClient(time.Options).SubmitAsync(caller));

        Assert.Equal(script.Requests[0].Key, refused.IdempotencyKey);
        Assert.Contains($"IdempotencyKey = \"{refused.IdempotencyKey}\"", refused.Message, StringComparison.Ordinal);
        Assert.Null(plainly.IdempotencyKey);
    }

    [Fact]
    public async Task A_submit_that_may_have_been_heard_before_the_service_was_gone_says_so()
    {
        var time = new ClientTime();
        var submitting = new Script(Script.Lose, Script.Unreachable).ToClient(time.Options).SubmitAsync(Caller.Awaits);
        await time.SkipPausesUntilAsync(submitting);
        var unheard = new Script(Script.Unreachable).ToClient(time.Options).SubmitAsync(Caller.Awaits);
        await time.SkipPausesUntilAsync(unheard);

        Assert.True((await Assert.ThrowsAsync<ServiceUnreachableException>(() => submitting)).MayHaveBeenHeard);
        Assert.False((await Assert.ThrowsAsync<ServiceUnreachableException>(() => unheard)).MayHaveBeenHeard);
    }

    [Fact]
    public async Task A_retry_of_a_task_is_not_repeated_where_it_may_have_been_heard()
    {
        var script = new Script(Script.Lose, Script.Task());

        var lost = await Assert.ThrowsAsync<ServiceUnreachableException>(() => script.ToClient(new ClientTime().Options).RetryAsync("a1").WaitAsync(Clients.Guard));

        Assert.Contains("Look before you call again", lost.Message, StringComparison.Ordinal);
        Assert.Single(script.Requests);
    }

    [Theory]
    [InlineData(408)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task A_retry_of_a_task_that_a_proxy_answers_is_not_repeated_and_told_as_one_that_may_have_been_heard(int status)
    {
        var time = new ClientTime();
        var script = new Script(Script.Proxy(status), Script.Task());

        var retrying = script.ToClient(time.Options).RetryAsync("a1");
        await time.SkipPausesUntilAsync(retrying);
        var lost = await Assert.ThrowsAsync<ServiceUnreachableException>(() => retrying);

        Assert.True(lost.MayHaveBeenHeard);
        Assert.Contains("Look before you call again", lost.Message, StringComparison.Ordinal);
        Assert.Single(script.Requests);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(524)]
    public async Task A_submit_that_a_proxy_answers_tells_its_key(int status)
    {
        var script = new Script(Script.Proxy(status));

        var refused = await Assert.ThrowsAsync<RequestRefusedException>(() => script.ToClient(new ClientTime().Options).SubmitAsync(Caller.Awaits));

        Assert.Equal(Assert.Single(script.Requests).Key, refused.IdempotencyKey);
    }

    [Fact]
    public async Task A_retry_of_a_task_is_repeated_where_it_was_surely_not_heard()
    {
        var time = new ClientTime();
        var script = new Script(Script.Unreachable, Script.Refuse(503, "1"), Script.Task());

        var retrying = script.ToClient(time.Options).RetryAsync("a1");
        await time.SkipPausesUntilAsync(retrying);
        await retrying;

        Assert.Equal(3, script.Requests.Count);
    }

    [Fact]
    public async Task A_delete_whose_answer_is_lost_finds_the_record_gone_and_is_content()
    {
        var time = new ClientTime();
        var script = new Script(Script.Lose, Script.Refuse(404));

        var deleting = script.ToClient(time.Options).DeleteAsync("a1");
        await time.SkipPausesUntilAsync(deleting);
        await deleting;

        Assert.Equal(2, script.Requests.Count);
    }

    [Fact]
    public async Task A_delete_that_was_surely_not_heard_before_does_not_take_an_unknown_task_for_a_removed_one()
    {
        var time = new ClientTime();
        var script = new Script(Script.Unreachable, Script.Refuse(503, "1"), Script.Refuse(404));

        var deleting = script.ToClient(time.Options).DeleteAsync("a1");
        await time.SkipPausesUntilAsync(deleting);

        Assert.Equal("a1", (await Assert.ThrowsAsync<BackgroundTaskNotFoundException>(() => deleting)).TaskId);
    }

    [Fact]
    public async Task What_a_proxy_cannot_pass_on_is_repeated_and_then_told_as_it_is()
    {
        var time = new ClientTime();
        var script = new Script(Script.Proxy(502), Script.Proxy(504), Script.Proxy(500));

        var finding = script.ToClient(time.Options).FindAsync("a1");
        await time.SkipPausesUntilAsync(finding);
        var refused = await Assert.ThrowsAsync<RequestRefusedException>(() => finding);

        Assert.Equal((HttpStatusCode.InternalServerError, 3), (refused.StatusCode, script.Requests.Count));
        Assert.Contains("what stands between", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_proxy_that_cuts_held_answers_is_told_with_what_helps()
    {
        var time = new ClientTime();
        var options = time.Options;
        (options.RetryTimeout, options.MaxRetryDelay) = (TimeSpan.FromSeconds(101), TimeSpan.FromSeconds(20));
        var script = new Script(Script.Proxy(504));

        var waiting = script.ToClient(options).WaitAsync("a1", TimeSpan.FromMinutes(10));
        await time.SkipPausesUntilAsync(waiting);

        Assert.Contains("lower PollWait", (await Assert.ThrowsAsync<RequestRefusedException>(() => waiting)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_of_something_else_is_no_task()
    {
        var script = new Script(() => Script.Answer(HttpStatusCode.OK, "<html>Welcome!</html>", "text/html"));

        var wrong = await Assert.ThrowsAsync<ServiceUnreachableException>(() => script.ToClient(new ClientTime().Options).FindAsync("a1"));

        Assert.Contains("is not a BackgroundTasks service", wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Caller.Awaits)]
    [InlineData(Caller.Blocks)]
    public async Task A_submit_whose_answer_cannot_be_read_tells_its_key(Caller caller)
    {
        var script = new Script(() => Script.Answer(HttpStatusCode.Accepted, """{"id":"a1","type":"he""", "application/json"));

        var wrong = await Assert.ThrowsAsync<ServiceUnreachableException>(() => script.ToClient(new ClientTime().Options).SubmitAsync(caller));

        Assert.Equal((Assert.Single(script.Requests).Key, true), (wrong.IdempotencyKey, wrong.MayHaveBeenHeard));
    }

    [Fact]
    public async Task A_retry_of_a_task_whose_answer_cannot_be_read_may_have_been_heard()
    {
        var script = new Script(() => Script.Answer(HttpStatusCode.Accepted, "<html>Welcome!</html>", "text/html"));

        var wrong = await Assert.ThrowsAsync<ServiceUnreachableException>(() => script.ToClient(new ClientTime().Options).RetryAsync("a1"));

        Assert.True(wrong.MayHaveBeenHeard);
        Assert.Contains("Look before you call again", wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"tasks":null,"taskTypes":null,"queues":null,"retried":null}""")]
    public async Task JSON_of_something_else_is_no_list_and_no_number_of_tasks(string json)
    {
        var client = new Script(() => Script.Answer(HttpStatusCode.OK, json, "application/json")).ToClient(new ClientTime().Options);
        Func<Task>[] calls = [() => Clients.ToListAsync(client.ListAsync()), () => client.ListTaskTypesAsync(), () => client.ListQueuesAsync(), () => client.RetryManyAsync(new TaskFilter())];

        foreach (var call in calls)
            Assert.Contains("is not a BackgroundTasks service", (await Assert.ThrowsAsync<ServiceUnreachableException>(call)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Caller.Awaits)]
    [InlineData(Caller.Blocks)]
    public async Task Who_cancels_during_a_pause_waits_no_longer(Caller caller)
    {
        var time = new ClientTime();
        using var enough = new CancellationTokenSource();
        var script = new Script(Script.Refuse(503, "7"));

        var submitting = script.ToClient(time.Options).SubmitAsync(caller, cancellationToken: enough.Token);
        await time.NextPauseAsync();
        await enough.CancelAsync();

        Assert.Equal(enough.Token, (await Assert.ThrowsAsync<OperationCanceledException>(() => submitting.WaitAsync(Clients.Guard))).CancellationToken);
        Assert.Single(script.Requests);
    }
}

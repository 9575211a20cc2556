using BackgroundTasks.Testing;

namespace BackgroundTasks.Tests.Testing;

/// <summary>What was enqueued, by type and payload.</summary>
public class EnqueuedTests
{
    private readonly StepsHandler _steps = new();

    [Fact]
    public async Task What_was_enqueued_is_told_by_payload_with_its_options()
    {
        await using var host = await _steps.StartAsync();
        await host.Queue.EnqueueAsync(new Step("a"), new() { Delay = TimeSpan.FromHours(1), Priority = 7, UniqueKey = "key" });
        await host.Queue.EnqueueAsync(new Note("n"));
        await host.Queue.EnqueueAsync(new Step("b"));
        await host.Testing.DrainAsync();

        var steps = host.Testing.Enqueued<Step>();

        Assert.Equal([new Step("a"), new Step("b")], steps.Select(step => step.Payload));
        Assert.Equal((TimeSpan.FromHours(1), 7, "key", 3), (steps[0].Delay, steps[0].Task.Submission.Priority, steps[0].Task.Submission.UniqueKey, steps[0].Task.Submission.MaxAttempts));
        Assert.Equal((null, BackgroundTaskState.Queued), (steps[1].Delay, steps[1].Task.State));
    }

    [Fact]
    public async Task A_task_that_was_refused_or_found_by_its_unique_key_was_not_enqueued()
    {
        await using var host = await _steps.StartAsync(options: options => options.Queues["default"] = new() { Capacity = 1 });
        await host.Queue.EnqueueAsync(new Step("a"), new() { UniqueKey = "key" });
        await host.Queue.EnqueueAsync(new Step("same"), new() { UniqueKey = "key" });
        await Assert.ThrowsAsync<BackgroundTaskQueueFullException>(async () => await host.Queue.EnqueueAsync(new Step("too many")));

        Assert.Equal("a", Assert.Single(host.Testing.Enqueued<Step>()).Payload.Name);
    }

    [Fact]
    public async Task The_one_that_matches_is_returned()
    {
        await using var host = await _steps.StartAsync();
        await host.Queue.EnqueueAsync(new Step("a"));
        await host.Queue.EnqueueAsync(new Step("b"));

        var found = host.Testing.AssertEnqueued<Step>(step => step.Name == "b", "step");
        host.Testing.AssertNotEnqueued<Step>(step => step.Name == "c");
        host.Testing.AssertNotEnqueued<Note>();

        Assert.Equal("b", found.Payload.Name);
    }

    [Fact]
    public async Task An_assertion_that_fails_tells_what_was_expected_and_what_there_was()
    {
        await using var host = await _steps.StartAsync();
        var nothing = Assert.Throws<BackgroundTaskAssertionException>(() => host.Testing.AssertEnqueued<Note>());
        await host.Queue.EnqueueAsync(new Note("x"));

        var other = Assert.Throws<BackgroundTaskAssertionException>(() => host.Testing.AssertEnqueued<Note>(note => note.Text == "y", "note"));
        var some = Assert.Throws<BackgroundTaskAssertionException>(() => host.Testing.AssertNotEnqueued<Note>());

        Assert.Equal("Expected one task with a Note, found 0. Nothing was enqueued.", nothing.Message);
        Assert.Equal($$"""Expected one task of the type 'note' with a Note that matches note => note.Text == "y", found 0. Enqueued, in this order:{{Environment.NewLine}}  note {"text":"x"}""", other.Message);
        Assert.StartsWith("Expected no task with a Note, found 1.", some.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_payload_that_no_handler_takes_is_a_mistake_and_not_an_absence()
    {
        await using var host = await _steps.StartAsync();

        var mistake = Assert.Throws<ArgumentException>(() => host.Testing.AssertNotEnqueued<HeldPayload>());

        Assert.Contains("note (Note)", mistake.Message, StringComparison.Ordinal);
    }
}

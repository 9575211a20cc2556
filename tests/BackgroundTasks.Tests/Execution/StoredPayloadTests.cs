using System.ComponentModel.DataAnnotations;
using System.Text;
using Microsoft.Extensions.DependencyInjection;

namespace BackgroundTasks.Tests.Execution;

/// <summary>What waits may be older than the program that runs it: a payload that no longer fits fails once, for good, and says where.</summary>
public class StoredPayloadTests
{
    public sealed record Order(int Id, [property: Range(1, 10)] int Count, string CustomerName);

    [Theory]
    [InlineData("""{"id":1,"count":2,"customer":"Ann"}""", "payload.customer")]
    [InlineData("""{"id":"one","count":2,"customerName":"Ann"}""", "payload.id")]
    [InlineData("""{"id":1,"count":11,"customerName":"Ann"}""", "payload.count")]
    [InlineData("""{"id":1,"count":2""", "payload")]
    [InlineData("null", "payload")]
    public async Task A_stored_payload_that_no_longer_fits_is_one_permanent_failure_that_names_its_path(string payload, string path)
    {
        var calls = 0;
        await using var host = await TaskHost.StartAsync(tasks => tasks.AddHandler("order", (Order _, BackgroundTaskContext _, CancellationToken _) => Task.FromResult(++calls)));

        var task = await RunAsync(host, "order", payload);

        Assert.Equal((BackgroundTaskState.Failed, 1, 0), (task.State, task.Attempt, calls));
        Assert.Equal("PayloadNoLongerFitsException", task.Error!.Type);
        Assert.Contains($"'order', which has changed since the task was submitted: {path} ", task.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stored_payload_with_very_much_that_no_longer_fits_is_told_in_short()
    {
        await using var host = await TaskHost.StartAsync(tasks => tasks.AddHandler("order", (Order _, BackgroundTaskContext _, CancellationToken _) => Task.FromResult(0)));

        var task = await RunAsync(host, "order", $$"""{"id":1,"count":2,"customerName":"Ann",{{string.Join(',', Enumerable.Range(0, 1_000).Select(i => $"\"m{i}{new string('x', 1_000)}\":1"))}}}""");

        Assert.InRange(task.Error!.Message.Length, 1, 2_500);
    }

    private static async Task<BackgroundTask> RunAsync(TaskHost host, string type, string payload)
    {
        var task = BackgroundTask.Create(new BackgroundTaskSubmission
        {
            Id = host.Get<BackgroundTaskIds>().Next(),
            Type = type,
            Queue = "default",
            CreatedAt = host.Time.GetUtcNow(),
            MaxAttempts = 3,
            Payload = Encoding.UTF8.GetBytes(payload),
        });
        await host.Get<IBackgroundTaskStore>().AddAsync(task, 10, default);
        return await host.EndOf(task);
    }
}

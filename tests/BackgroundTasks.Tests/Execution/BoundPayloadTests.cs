using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;

namespace BackgroundTasks.Tests.Execution;

/// <summary>How often a payload is bound: at the submit, and again only if its task cannot run soon, or runs again.</summary>
public class BoundPayloadTests
{
    private readonly Notes _notes = new();
    private readonly HeldWork _held = new();

    [Fact]
    public async Task A_task_that_runs_at_once_gets_what_its_submit_has_bound()
    {
        await using var host = await StartAsync();

        await host.EndOf(await host.Queue.EnqueueAsync(new Note { Text = "soon" }));

        Assert.Equal(1, _notes.BoundOf("soon"));
    }

    [Fact]
    public async Task A_task_that_waits_for_its_time_is_bound_when_it_runs()
    {
        await using var host = await StartAsync();
        var task = await host.Queue.EnqueueAsync(new Note { Text = "later" }, new() { Delay = TimeSpan.FromHours(1) });

        host.Time.Advance(TimeSpan.FromHours(2));
        await host.EndOf(task);

        Assert.Equal(2, _notes.BoundOf("later"));
    }

    [Fact]
    public async Task A_long_payload_is_bound_when_its_task_runs()
    {
        await using var host = await StartAsync();
        var text = new string('x', BackgroundTaskSubmission.LongestPayloadAtHand);

        await host.EndOf(await host.Queue.EnqueueAsync(new Note { Text = text }));

        Assert.Equal(2, _notes.BoundOf(text));
    }

    [Fact]
    public async Task Tasks_that_find_much_waiting_are_bound_when_they_run()
    {
        await using var host = await StartAsync(options => options.Queues["default"] = new() { Workers = 1 });
        await host.Queue.EnqueueAsync(new HeldPayload());
        var running = await _held.NextAsync();
        List<BackgroundTask> waiting = [];
        for (var i = 10; i < 40; i++)
            waiting.Add(await host.Queue.EnqueueAsync(new Note { Text = $"{i}{new string('x', 4_000)}" }));

        running.Return("");
        foreach (var task in waiting)
            await host.EndOf(task);

        Assert.Equal((1, 2), (_notes.BoundOf($"10{new string('x', 4_000)}"), _notes.BoundOf($"39{new string('x', 4_000)}")));
    }

    [Fact]
    public async Task What_a_run_changes_in_its_payload_the_next_does_not_see()
    {
        await using var host = await StartAsync();
        var task = await host.Queue.EnqueueAsync(new Note { Text = "fail" });
        var first = await host.EndOf(task);

        await host.Queue.RetryAsync(task.Id);
        var second = await host.EndOf(task);

        Assert.Equal(("fail", "fail"), (first.Error!.Message, second.Error!.Message));
        Assert.Equal(2, _notes.BoundOf("fail"));
    }

    private Task<TaskHost> StartAsync(Action<BackgroundTasksOptions>? configure = null) => TaskHost.StartAsync(
        tasks => tasks
            .AddHandler<HeldPayload, string>("held", _held.HandleAsync)
            .AddHandler("note", (Note note, BackgroundTaskContext _, CancellationToken _) =>
            {
                var text = note.Text;
                note.Text = "changed";
                return text == "fail" || text == "changed" ? Task.FromException<string>(new BackgroundTaskException(text)) : Task.FromResult("");
            }),
        options =>
        {
            options.SerializerOptions.Converters.Add(_notes);
            configure?.Invoke(options);
        });

    private sealed class Note
    {
        public required string Text { get; set; }
    }

    /// <summary>Counts how often each note is bound.</summary>
    private sealed class Notes : JsonConverter<Note>
    {
        private readonly ConcurrentDictionary<string, int> _bound = new();

        public int BoundOf(string text) => _bound[text];

        public override Note Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var text = reader.GetString()!;
            _bound.AddOrUpdate(text, 1, static (_, count) => count + 1);
            return new Note { Text = text };
        }

        public override void Write(Utf8JsonWriter writer, Note value, JsonSerializerOptions options) => writer.WriteStringValue(value.Text);
    }
}

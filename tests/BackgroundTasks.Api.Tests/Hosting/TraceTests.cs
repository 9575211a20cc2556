using System.Diagnostics;
using System.Text.Json.Nodes;
using BackgroundTasks.Api.Tests.Contract;
using BackgroundTasks.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace BackgroundTasks.Api.Tests.Hosting;

/// <summary>By which id a client finds its request and its task in the log, and under which span a run stands.</summary>
public class TraceTests
{
    private const string TraceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    private const string TraceParent = $"00-{TraceId}-00f067aa0ba902b7-01";
    private const string Wait = """{"type":"wait","payload":{"seconds":0}}""";

    [Fact]
    public async Task Problem_and_request_line_have_the_trace_of_the_client()
    {
        await using var service = Start();

        var problem = await (await service.GetAsync("/nothing", ("traceparent", TraceParent))).ProblemAsync(404);

        var line = (await EntriesAsync(service)).Single(entry => (string?)entry["RequestPath"] == "/nothing");
        Assert.Equal((TraceId, TraceId), ((string?)problem["traceId"], (string?)line["TraceId"]));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("00-00000000000000000000000000000000-00f067aa0ba902b7-01")]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01")]
    [InlineData("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01")]
    [InlineData("ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7")]
    public async Task Without_a_valid_trace_problem_and_line_have_the_servers_id_of_the_request(string? traceParent)
    {
        await using var service = Start();
        (string, string)[] headers = traceParent is null ? [] : [("traceparent", traceParent)];

        var problem = await (await service.GetAsync("/nothing", headers)).ProblemAsync(404);
        var task = await SubmitAsync(service, headers);

        var line = (await EntriesAsync(service)).Single(entry => (string?)entry["RequestPath"] == "/nothing");
        Assert.Equal((string?)problem["traceId"], (string?)line["TraceId"]);
        Assert.Matches("^[0-9A-V]{13}:[0-9A-F]{8}$", (string?)problem["traceId"]);
        Assert.Null(line["@tr"]);
        Assert.Null(task.Submission.TraceParent);
    }

    [Fact]
    public async Task The_trace_of_the_client_is_kept_with_its_task_and_is_in_the_lines_of_its_runs()
    {
        await using var service = Start();

        var task = await SubmitAsync(service, ("traceparent", TraceParent), ("tracestate", "vendor=1"));

        Assert.Equal((TraceParent, "vendor=1"), (task.Submission.TraceParent, task.Submission.TraceState));
        var run = (await EntriesAsync(service)).Single(entry => ((string?)entry["@mt"])!.StartsWith("Task {TaskType}", StringComparison.Ordinal));
        Assert.Equal((task.Id.ToString("N"), TraceId), ((string?)run["TaskId"], (string?)run["SubmitTraceId"]));
    }

    [Fact]
    public async Task Where_hosting_is_listened_to_its_activity_is_the_trace()
    {
        await using var service = Start();
        using var recorder = new Recorder(service.Services.GetRequiredService<ActivitySource>());

        var problem = await (await service.GetAsync("/nothing", ("traceparent", TraceParent))).ProblemAsync(404);
        var task = await SubmitAsync(service);

        var line = (await EntriesAsync(service)).Single(entry => (string?)entry["RequestPath"] == "/nothing");
        Assert.Equal((TraceId, TraceId, TraceId), ((string?)problem["traceId"], (string?)line["TraceId"], (string?)line["@tr"]));
        var request = recorder.Stopped.Single(activity => activity.TraceId.ToHexString() != TraceId);
        Assert.Equal(request.Id, task.Submission.TraceParent);
    }

    [Fact]
    public async Task Where_only_tasks_are_listened_to_the_submit_is_a_child_of_the_client()
    {
        await using var service = Start();
        using var recorder = new Recorder(service.Services.GetRequiredService<TaskActivities>().Source);

        var task = await SubmitAsync(service, ("traceparent", TraceParent), ("tracestate", "vendor=1"));
        await service.StopAsync();

        var send = recorder.Stopped.Single(activity => activity.Kind is ActivityKind.Producer);
        var process = recorder.Stopped.Single(activity => activity.Kind is ActivityKind.Consumer);
        Assert.Equal((TraceParent, "vendor=1", send.Id), (send.ParentId, send.TraceStateString, task.Submission.TraceParent));
        Assert.Equal(send.Id, process.ParentId);
    }

    [Fact]
    public async Task A_run_that_is_listened_to_is_a_child_of_the_client_whose_submit_was_not()
    {
        await using var service = Start();
        var response = await service.SubmitAsync("""{"type":"held","payload":{"name":""},"delaySeconds":60}""", ("traceparent", TraceParent));
        Assert.Equal(System.Net.HttpStatusCode.Accepted, response.StatusCode);
        using var recorder = new Recorder(service.Services.GetRequiredService<TaskActivities>().Source);

        service.Time.Advance(TimeSpan.FromMinutes(1));
        (await service.Held.NextAsync()).Return("");
        await service.StopAsync();

        Assert.Equal(TraceParent, Assert.Single(recorder.Stopped).ParentId);
    }

    private static Service Start(params ReadOnlySpan<(string Key, string Value)> settings) => Service.Start(ServiceKind.KestrelInProduction, [("Serilog:MinimumLevel:Default", "Information"), .. settings]);

    /// <summary>Submits a task and waits for its end.</summary>
    private static async Task<BackgroundTask> SubmitAsync(Service service, params (string Name, string Value)[] headers)
    {
        var response = await service.SubmitAsync(Wait, [("Prefer", "wait=30"), .. headers]);
        var id = Guid.ParseExact((await response.JsonAsync())["id"]!.GetValue<string>(), "N");
        return (await service.Services.GetRequiredService<IBackgroundTaskQueue>().FindAsync(id))!;
    }

    private static async Task<List<JsonNode>> EntriesAsync(Service service) => [.. (await service.StopAndReadLogAsync()).Select(line => JsonNode.Parse(line)!)];

    /// <summary>Listens to one source of one service, and to no other's.</summary>
    private sealed class Recorder : IDisposable
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<Activity> _stopped = new();
        private readonly ActivityListener _listener;

        public Recorder(ActivitySource source)
        {
            _listener = new ActivityListener
            {
                ShouldListenTo = candidate => ReferenceEquals(candidate, source),
                Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
                ActivityStopped = _stopped.Enqueue,
            };
            ActivitySource.AddActivityListener(_listener);
        }

        public IEnumerable<Activity> Stopped => _stopped;

        public void Dispose() => _listener.Dispose();
    }
}

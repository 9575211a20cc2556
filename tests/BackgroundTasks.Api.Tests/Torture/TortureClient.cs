using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace BackgroundTasks.Api.Tests.Torture;

/// <summary>A client that does at random what clients do, one thing at a time, and holds the service to all that it has answered.</summary>
internal sealed class TortureClient(string name, MortalService service, Random random)
{
    private readonly List<(string Key, string Body, string Id)> _keys = [];
    private readonly Work _sharedWork = Work.Pick(random);
    private PromisedTask? _shared;
    private int _kills;

    /// <summary>All that was accepted.</summary>
    public Dictionary<string, PromisedTask> Promised { get; } = [];

    /// <summary>All that was submitted, answered or not, by its tag.</summary>
    public Dictionary<string, Work> Submitted { get; } = [];

    public async Task WorkAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await LookAfterKillAsync();
            await DoSomethingAsync();
        }
    }

    public async Task<TaskFacts> ReadAsync(PromisedTask task, string query = "")
    {
        var answer = await service.AskAsync(() => new HttpRequestMessage(HttpMethod.Get, $"/tasks/{task.Id}{query}"));
        Require(answer, HttpStatusCode.OK);
        return task.See(answer);
    }

    /// <summary>What had not ended is what a kill may have changed: nothing that was seen of it may be belied.</summary>
    private async Task LookAfterKillAsync()
    {
        if (_kills == service.Kills)
            return;
        _kills = service.Kills;
        foreach (var task in Promised.Values.Where(task => !task.HasEnded).ToList())
            await ReadAsync(task);
    }

    private Task DoSomethingAsync() => (Promised.Count == 0 ? 0 : random.Next(20), Pick()) switch
    {
        ( >= 17, { IsCanceled: true } canceled) => RetryAsync(canceled),
        ( >= 17, { IsShared: false } some) => CancelAsync(some),
        (16, _) when _keys.Count > 0 => ReplayAsync(),
        ( >= 10, { } some) => ReadAsync(some),
        _ => SubmitAsync(),
    };

    private PromisedTask? Pick() => Promised.Count == 0 ? null : Promised.Values.ElementAt(Math.Max(0, Promised.Count - 1 - random.Next(20)));

    private async Task SubmitAsync()
    {
        var submit = $"{name}-{Submitted.Count}";
        var isShared = random.Next(4) == 0;
        var work = isShared ? _sharedWork : Work.Pick(random);
        var body = new JsonObject
        {
            ["type"] = work.Type,
            ["payload"] = JsonNode.Parse(work.Payload),
            ["priority"] = random.Next(-100, 101),
            ["tags"] = new JsonObject { ["submit"] = submit },
        };
        Submitted.Add(submit, work);
        if (isShared)
            body["uniqueKey"] = name;
        if (random.Next(4) == 0)
            body["delaySeconds"] = 0.05;
        if (random.Next(2) == 0)
            await SubmitWithKeyAsync(submit, body.ToJsonString(), work, isShared);
        else if (await service.TryAskAsync(Submit(body.ToJsonString(), null)) is { } answer)
            await AcceptAsync(answer, work, isShared);
    }

    /// <summary>Without an answer it is not known what came of it, and with a key it may be asked again.</summary>
    private async Task SubmitWithKeyAsync(string key, string body, Work work, bool isShared)
    {
        var answer = await service.AskAsync(() => Submit(body, key));
        await AcceptAsync(answer, work, isShared);
        if (answer.StatusCode is HttpStatusCode.Accepted)
            _keys.Add((key, body, answer.Task.Id));
    }

    private async Task AcceptAsync(Answer answer, Work work, bool isShared)
    {
        Require(answer, HttpStatusCode.Accepted, isShared ? HttpStatusCode.OK : HttpStatusCode.Accepted);
        var id = answer.Task.Id;
        if (!Promised.TryGetValue(id, out var task))
            Promised.Add(id, task = new PromisedTask(id, work, isShared));
        task.See(answer);
        if (random.Next(3) == 0)
            await FollowAsync(task, answer);
        if (!isShared || task == _shared)
            return;

        // The unique key had only one holder at a time.
        var former = _shared;
        _shared = task;
        if (former is not null && await ReadAsync(former) is { IsTerminal: false } unended)
            Assert.Fail($"Two tasks have one unique key: {unended.Text} {answer}");
    }

    /// <summary>Waits for two changes: who sees them at once may see what no disk has yet.</summary>
    private async Task FollowAsync(PromisedTask task, Answer known)
    {
        for (var changes = 0; changes < 2 && !task.HasEnded; changes++)
        {
            var changed = await service.AskAsync(() => new HttpRequestMessage(HttpMethod.Get, $"/tasks/{task.Id}?wait=1") { Headers = { { "If-None-Match", known.ETag } } });
            if (changed.StatusCode is HttpStatusCode.NotModified)
                return;
            Require(changed, HttpStatusCode.OK);
            task.See(known = changed);
        }
    }

    private async Task ReplayAsync()
    {
        var (key, body, id) = _keys[random.Next(_keys.Count)];
        var answer = await service.AskAsync(() => Submit(body, key));
        Require(answer, HttpStatusCode.Accepted);
        Assert.True(answer.IsReplay, $"A key was not known any more: {key} {answer}");
        Promised[id].See(answer);
    }

    private async Task CancelAsync(PromisedTask task)
    {
        task.AskToCancel();
        var answer = await service.AskAsync(() => new HttpRequestMessage(HttpMethod.Post, $"/tasks/{task.Id}/cancel"));
        Require(answer, HttpStatusCode.OK, HttpStatusCode.Accepted, HttpStatusCode.Conflict);
        if (answer.StatusCode is HttpStatusCode.Conflict)
            Assert.Contains("\"currentStatus\":\"succeeded\"", answer.Text, StringComparison.Ordinal);
        else
            task.See(answer);
    }

    private async Task RetryAsync(PromisedTask task)
    {
        task.AskToRetry();
        var answer = await service.AskAsync(() => new HttpRequestMessage(HttpMethod.Post, $"/tasks/{task.Id}/retry"));
        Require(answer, HttpStatusCode.Accepted, answer.AskedMoreThanOnce ? HttpStatusCode.Conflict : HttpStatusCode.Accepted);
        task.IsRetried();
        if (answer.StatusCode is HttpStatusCode.Accepted)
            task.See(answer);
        else
            await ReadAsync(task);
    }

    private static HttpRequestMessage Submit(string body, string? key)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/tasks") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        return request;
    }

    private static void Require(Answer answer, params HttpStatusCode[] expected)
    {
        if (!expected.Contains(answer.StatusCode))
            Assert.Fail(string.Create(CultureInfo.InvariantCulture, $"Expected {string.Join(" or ", expected)}, got {answer}"));
    }
}

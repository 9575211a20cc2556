using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace BackgroundTasks.Api.Tests.Torture;

/// <summary>A client that does at random what clients do, one thing at a time, and holds the service to all that it has answered.</summary>
internal sealed class TortureClient(string name, MortalService service, Random random)
{
    private readonly List<(string Key, string Body, string Id)> _keys = [];
    private readonly int _sharedUpTo = PrimeCounts.Pick(random);
    private int _submits;

    /// <summary>All that was accepted.</summary>
    public Dictionary<string, PromisedTask> Promised { get; } = [];

    public async Task WorkAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
            await DoSomethingAsync();
    }

    public async Task<TaskFacts> ReadAsync(PromisedTask task, string query = "")
    {
        var answer = await service.AskAsync(() => new HttpRequestMessage(HttpMethod.Get, $"/tasks/{task.Id}{query}"));
        Require(answer, HttpStatusCode.OK);
        return task.See(answer);
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
        var submit = $"{name}-{++_submits}";
        var isShared = random.Next(4) == 0;
        var upTo = isShared ? _sharedUpTo : PrimeCounts.Pick(random);
        var body = new JsonObject
        {
            ["type"] = "count-primes",
            ["payload"] = new JsonObject { ["upTo"] = upTo },
            ["priority"] = random.Next(-100, 101),
            ["tags"] = new JsonObject { ["submit"] = submit },
        };
        if (isShared)
            body["uniqueKey"] = name;
        if (random.Next(4) == 0)
            body["delaySeconds"] = 0.05;
        if (random.Next(2) == 0)
            await SubmitWithKeyAsync(submit, body.ToJsonString(), upTo, isShared);
        else if (await service.TryAskAsync(Submit(body.ToJsonString(), null)) is { } answer)
            Accept(answer, upTo, isShared);
    }

    /// <summary>Without an answer it is not known what came of it, and with a key it may be asked again.</summary>
    private async Task SubmitWithKeyAsync(string key, string body, int upTo, bool isShared)
    {
        var answer = await service.AskAsync(() => Submit(body, key));
        Accept(answer, upTo, isShared);
        if (answer.StatusCode is HttpStatusCode.Accepted)
            _keys.Add((key, body, answer.Task.Id));
    }

    private void Accept(Answer answer, int upTo, bool isShared)
    {
        Require(answer, HttpStatusCode.Accepted, isShared ? HttpStatusCode.OK : HttpStatusCode.Accepted);
        var id = answer.Task.Id;
        if (!Promised.TryGetValue(id, out var task))
            Promised.Add(id, task = new PromisedTask(id, upTo, isShared));
        task.See(answer);
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

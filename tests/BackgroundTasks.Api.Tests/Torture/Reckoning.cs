using System.Text.Json;

namespace BackgroundTasks.Api.Tests.Torture;

/// <summary>What is looked at when the killing is over.</summary>
internal sealed class Reckoning(MortalService service, HttpClient client)
{
    private readonly List<TaskFacts> _all = [];

    public async Task CheckAsync(List<TortureClient> clients)
    {
        foreach (var torturer in clients)
            await CheckPromisesAsync(torturer);
        await ListAsync();
        foreach (var task in _all.Where(task => !task.IsTerminal).ToList())
            await CheckUnansweredAsync(task);
        await ListAsync();

        var submitted = clients.SelectMany(torturer => torturer.Submitted).ToDictionary();
        foreach (var task in _all)
            CheckEnd(task, submitted[task.Submit]);
        var ids = _all.Select(task => task.Id).ToHashSet();
        Assert.Equal(_all.Count, ids.Count);
        Assert.Subset(ids, clients.SelectMany(torturer => torturer.Promised.Keys).ToHashSet());
        Assert.Empty(_all.GroupBy(task => task.Submit).Where(group => group.Count() > 1).Select(group => group.Key));
        await CheckCountsAsync();
    }

    public override string ToString() =>
        $"{_all.Count} tasks, {_all.Sum(task => task.LostRuns)} runs lost, {_all.Count(task => task.Status is "canceled")} canceled, the highest version {_all.Max(task => task.Version)}.";

    private async Task CheckPromisesAsync(TortureClient torturer)
    {
        foreach (var promised in torturer.Promised.Values)
        {
            if (await torturer.ReadAsync(promised, "?wait=30") is { IsTerminal: false } unended)
                Assert.Fail($"It does not end: {unended.Text}");
        }
    }

    /// <summary>Submitted without an answer, but accepted all the same: it runs like any other.</summary>
    private async Task CheckUnansweredAsync(TaskFacts task)
    {
        var answer = await service.AskAsync(() => new HttpRequestMessage(HttpMethod.Get, $"/tasks/{task.Id}?wait=30"));
        Assert.True(answer.Task.IsTerminal, $"It does not end: {answer}");
    }

    private void CheckEnd(TaskFacts task, Work work)
    {
        if (task.Status is "succeeded" ? task.Result != work.Result : task.Status is not "canceled")
            Assert.Fail($"It did not end as it must, with {work.Result}: {task.Text}");
        Assert.True(task.LostRuns <= service.Kills, $"More runs were lost than processes: {task.Text}");
    }

    private async Task ListAsync()
    {
        _all.Clear();
        for (string? token = ""; token is not null;)
        {
            using var page = await ReadAsync(token is "" ? "/tasks?pageSize=200" : $"/tasks?pageSize=200&pageToken={Uri.EscapeDataString(token)}");
            _all.AddRange(page.RootElement.GetProperty("tasks").EnumerateArray().Select(TaskFacts.Of));
            token = page.RootElement.GetProperty("nextPageToken").GetString();
        }
    }

    private async Task CheckCountsAsync()
    {
        using var queue = await ReadAsync("/queues/default");
        foreach (var status in (ReadOnlySpan<string>)["scheduled", "queued", "running", "succeeded", "failed", "canceled"])
            Assert.Equal((status, _all.Count(task => task.Status == status)), (status, queue.RootElement.GetProperty(status).GetInt32()));
    }

    private async Task<JsonDocument> ReadAsync(string path) => JsonDocument.Parse(await client.GetStringAsync(new Uri(path, UriKind.Relative)));
}

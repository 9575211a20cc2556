using System.Text.Json;

namespace BackgroundTasks.Api.Tests.Torture;

/// <summary>What a client reads of a task.</summary>
internal sealed record TaskFacts(string Id, string Status, long Version, int LostRuns, int? UpTo, int? Count, string? Submit, string Text)
{
    public bool IsTerminal => Status is "succeeded" or "failed" or "canceled";

    public static TaskFacts Of(JsonElement task)
    {
        var result = task.GetProperty("result");
        var hasResult = result.ValueKind is JsonValueKind.Object;
        return new TaskFacts(
            task.GetProperty("id").GetString()!,
            task.GetProperty("status").GetString()!,
            task.GetProperty("version").GetInt64(),
            task.GetProperty("lostRuns").GetInt32(),
            hasResult ? result.GetProperty("upTo").GetInt32() : null,
            hasResult ? result.GetProperty("count").GetInt32() : null,
            task.GetProperty("tags").TryGetProperty("submit", out var submit) ? submit.GetString() : null,
            task.GetRawText());
    }

    /// <summary>It has succeeded with the right result, or was canceled.</summary>
    public void CheckEnd(int kills)
    {
        if (Status is "succeeded" ? Count != PrimeCounts.Of(UpTo!.Value) : Status is not "canceled")
            Assert.Fail($"It did not end as it must: {Text}");
        Assert.True(LostRuns <= kills, $"More runs were lost than processes: {Text}");
    }
}

using System.Text.Json;

namespace BackgroundTasks.Api.Tests.Torture;

/// <summary>What a client reads of a task.</summary>
internal sealed record TaskFacts(string Id, string Status, long Version, int LostRuns, string Result, string Submit, string Text)
{
    public bool IsTerminal => Status is "succeeded" or "failed" or "canceled";

    public static TaskFacts Of(JsonElement task) => new(
        task.GetProperty("id").GetString()!,
        task.GetProperty("status").GetString()!,
        task.GetProperty("version").GetInt64(),
        task.GetProperty("lostRuns").GetInt32(),
        task.GetProperty("result").GetRawText(),
        task.GetProperty("tags").GetProperty("submit").GetString()!,
        task.GetRawText());
}

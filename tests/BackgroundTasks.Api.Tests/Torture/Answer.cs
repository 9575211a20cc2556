using System.Net;
using System.Text.Json;
using BackgroundTasks.Api.Tests.Contract;

namespace BackgroundTasks.Api.Tests.Torture;

/// <summary>What the service has answered. Asked more than once: an earlier request got no answer, and may have been heeded.</summary>
internal sealed record Answer(HttpStatusCode StatusCode, string? ETag, bool IsReplay, string Text, bool AskedMoreThanOnce)
{
    public static async Task<Answer> OfAsync(HttpResponseMessage response, bool askedMoreThanOnce) => new(
        response.StatusCode, response.Header("ETag"), response.Header("Idempotent-Replayed") is "true", await response.Content.ReadAsStringAsync(), askedMoreThanOnce);

    /// <summary>The task that it tells of.</summary>
    public TaskFacts Task => TaskFacts.Of(JsonDocument.Parse(Text).RootElement);

    public override string ToString() => $"{(int)StatusCode} {ETag} {(AskedMoreThanOnce ? "(asked again) " : "")}{Text}";
}

using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;

namespace BackgroundTasks.Api.PushNotifications;

/// <summary>Makes the request of a push notification, after Standard Webhooks 1.0.0.</summary>
internal static class PushNotificationMessage
{
    private static readonly MediaTypeHeaderValue Json = new("application/json", "utf-8");
    private static readonly ProductInfoHeaderValue Agent = new("BackgroundTasks", null);

    /// <summary>The request. Of an event only the headers differ from attempt to attempt; the id and the body stay.</summary>
    /// <param name="payload">The event.</param>
    /// <param name="taskId">The task, whose time of submission is the event's.</param>
    /// <param name="now">When this attempt is made.</param>
    /// <param name="secret">Signs it; null: unsigned.</param>
    public static HttpRequestMessage Create(PushNotificationPayload payload, Guid taskId, DateTimeOffset now, WebhookSecret? secret)
    {
        var id = IdOf(taskId);
        var timestamp = now.ToUnixTimeSeconds();
        var body = JsonSerializer.SerializeToUtf8Bytes(new Body(payload.Event, TimeOf(taskId), payload.Data), JsonSerializerOptions.Web);
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(payload.Url))
        {
            Content = new ByteArrayContent(body) { Headers = { ContentType = Json } },
            Headers = { UserAgent = { Agent } },
        };
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        if (secret is not null)
            request.Headers.Add("webhook-signature", secret.Sign(id, timestamp, body));
        return request;
    }

    /// <summary>The <c>webhook-id</c> of a task's notification.</summary>
    /// <param name="taskId">The task.</param>
    public static string IdOf(Guid taskId) => taskId.ToString("N");

    /// <summary>When a task was submitted: the first 48 bits of its version 7 UUID are that time in Unix milliseconds.</summary>
    private static DateTime TimeOf(Guid taskId) =>
        DateTime.UnixEpoch.AddMilliseconds(long.Parse(taskId.ToString("N").AsSpan(0, 12), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));

    private sealed record Body(string Type, DateTime Timestamp, JsonElement Data);
}

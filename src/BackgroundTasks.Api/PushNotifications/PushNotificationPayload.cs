using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace BackgroundTasks.Api.PushNotifications;

/// <summary>Asks to tell a URL of an event.</summary>
/// <param name="Url">Where to: an absolute http or https URL without user information, at most 2,048 characters.</param>
/// <param name="Event">What happened: letters, digits and underscores, parted by full stops, as in <c>invoice.paid</c>; 1 to 128 characters.</param>
/// <param name="Data">About the event: any JSON.</param>
internal sealed record PushNotificationPayload(
    [property: MaxLength(2048), HttpUrl] string Url,
    [property: Length(1, 128), RegularExpression("[A-Za-z0-9_]+(\\.[A-Za-z0-9_]+)*", ErrorMessage = "Letters, digits and underscores, parted by full stops: invoice.paid.")] string Event,
    JsonElement Data);

/// <summary>An event that its receiver took.</summary>
/// <param name="StatusCode">What the receiver answered, 200 to 299.</param>
/// <param name="WebhookId">The <c>webhook-id</c> that was sent, the same in every attempt: by it the receiver knows a repetition.</param>
/// <param name="Signed">Whether a secret was configured to sign it with.</param>
internal sealed record PushNotificationResult(int StatusCode, string WebhookId, bool Signed);

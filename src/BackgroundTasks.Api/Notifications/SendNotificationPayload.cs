using System.ComponentModel.DataAnnotations;

namespace BackgroundTasks.Api.Notifications;

/// <summary>Asks to notify somebody.</summary>
/// <param name="Email">Whom: one plain mail address, at most 254 characters.</param>
/// <param name="Message">What of, in one line of at most 10,000 characters; <c>some notification</c> by default.</param>
internal sealed record SendNotificationPayload(
    [property: MaxLength(254), SingleLine, MailAddress] string Email,
    [property: MaxLength(10_000), SingleLine] string Message = "some notification")
{
    /// <summary>The line that tells of it.</summary>
    public string ToLine() => $"notification for {Email}: {Message}";
}

/// <summary>A notification that was given.</summary>
/// <param name="Log">The file of the data folder that has its line.</param>
/// <param name="Mail">The mail server that took it; null where none is configured.</param>
internal sealed record SendNotificationResult(string Log, string? Mail);

namespace BackgroundTasks.Api.PushNotifications;

/// <summary>How push notifications are sent: section <c>PushNotifications</c>.</summary>
internal sealed class PushNotificationOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "PushNotifications";

    /// <summary>
    /// Signs every notification (Standard Webhooks 1.0.0): <c>whsec_</c> and the base64 of 24 to 64 random bytes. Null by default: they go out unsigned,
    /// and receivers cannot tell them from forged ones.
    /// </summary>
    public string? Secret { get; set; }

    /// <summary>Lets notifications reach loopback and private networks; false by default. For development: with it, every client can reach what this host can.</summary>
    public bool AllowPrivateNetworks { get; set; }

    /// <summary>How long one notification may take in all; 15 seconds by default, an hour at most.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(15);
}

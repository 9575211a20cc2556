using MailKit.Security;

namespace BackgroundTasks.Api.Notifications;

/// <summary>The mail server that sends notifications: section <c>Smtp</c>.</summary>
internal sealed class SmtpOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Smtp";

    /// <summary>The server's name or address. Null by default: no mail is sent.</summary>
    public string? Host { get; set; }

    /// <summary>The server's port; 25 by default. Servers for authenticated clients listen at 587 or 465.</summary>
    public int Port { get; set; } = 25;

    /// <summary>The user to log in as; null by default: no login.</summary>
    public string? Username { get; set; }

    /// <summary>The user's password; null by default.</summary>
    public string? Password { get; set; }

    /// <summary>The sender: an address, or a name and an address as in <c>Notifications &lt;noreply@example.org&gt;</c>. Needed where there is a host.</summary>
    public string? From { get; set; }

    /// <summary>The subject of every mail; <c>Notification</c> by default.</summary>
    public string Subject { get; set; } = "Notification";

    /// <summary>
    /// <c>None</c>, <c>StartTls</c>, <c>StartTlsWhenAvailable</c>, <c>SslOnConnect</c>, or <c>Auto</c>, the default: TLS at once at port 465,
    /// elsewhere as soon as the server offers it. A password goes over an open connection only with <c>None</c>.
    /// </summary>
    public SecureSocketOptions Security { get; set; } = SecureSocketOptions.Auto;

    /// <summary>How long one mail may take in all; 15 seconds by default, an hour at most.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How many bytes are read of what the server says while it takes one mail; 1 MB (1,048,576) by default. A server that says more fails the attempt.</summary>
    public int MaxAnswerBytes { get; set; } = 1024 * 1024;
}

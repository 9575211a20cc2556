using BackgroundTasks.Api.Hosting;
using MimeKit;

namespace BackgroundTasks.Api.Notifications;

/// <summary>Adds notifications.</summary>
internal static class NotificationExtensions
{
    /// <summary>The task type's name.</summary>
    public const string TaskType = "send-notification";

    /// <summary>Adds the task type <c>send-notification</c> and <see cref="NotificationSender"/>, with the settings of the section <c>Smtp</c>.</summary>
    /// <param name="builder">The builder.</param>
    public static BackgroundTasksBuilder AddNotifications(this BackgroundTasksBuilder builder)
    {
        builder.Services.AddOptions<SmtpOptions>()
            .BindConfiguration(SmtpOptions.Section)
            .Validate(
                options => string.IsNullOrEmpty(options.Host) || MailboxAddress.TryParse(options.From, out _),
                "Smtp:From must be the sender's address, such as noreply@example.org, where Smtp:Host is set.")
            .Validate(options => options.Port is > 0 and <= 65_535, "Smtp:Port must be 1 to 65535: 25, 587 or 465.")
            .Validate(
                options => string.IsNullOrEmpty(options.Username) == string.IsNullOrEmpty(options.Password),
                "Smtp:Password must be set where Smtp:Username is, and only there.")
            .Validate(
                options => options.Timeout > TimeSpan.Zero && options.Timeout <= TimeSpan.FromHours(1),
                "Smtp:Timeout must be more than zero and at most an hour, such as 00:00:15.")
            .Validate(
                options => options.MaxAnswerBytes is >= 4096 and <= 1 << 30,
                "Smtp:MaxAnswerBytes must be 4096 to 1073741824 bytes, such as 1048576.")
            .ValidateOnStart();
        builder.Services.AddWriteFaults();
        builder.Services.AddSingleton<NotificationLog>();
        builder.Services.AddSingleton<NotificationMailer>();
        builder.Services.AddSingleton<NotificationSender>();
        return builder.AddHandler<SendNotificationHandler, SendNotificationPayload, SendNotificationResult>(TaskType, static type =>
        {
            type.Description = "Notifies somebody: a line in notifications.log, and a mail where an SMTP server is configured.";
            type.MaxAttempts = 5;
            type.Example = new SendNotificationPayload("ann@example.org", "Your order is on its way.");
        });
    }
}

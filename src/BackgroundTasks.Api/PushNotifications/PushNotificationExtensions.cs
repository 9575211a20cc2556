using System.Text.Json;

namespace BackgroundTasks.Api.PushNotifications;

/// <summary>Adds push notifications.</summary>
internal static class PushNotificationExtensions
{
    /// <summary>The task type's name.</summary>
    public const string TaskType = "push-notification";

    /// <summary>Adds the task type <c>push-notification</c> with the settings of the section <c>PushNotifications</c>.</summary>
    /// <param name="builder">The builder.</param>
    public static BackgroundTasksBuilder AddPushNotifications(this BackgroundTasksBuilder builder)
    {
        builder.Services.AddOptions<PushNotificationOptions>()
            .BindConfiguration(PushNotificationOptions.Section)
            .Validate(
                options => string.IsNullOrEmpty(options.Secret) || WebhookSecret.TryParse(options.Secret) is not null,
                "PushNotifications:Secret must be whsec_ followed by the base64 of 24 to 64 random bytes. Make one with: echo whsec_$(openssl rand -base64 32). Leave it out to send unsigned.")
            .Validate(
                options => options.Timeout > TimeSpan.Zero && options.Timeout <= TimeSpan.FromHours(1),
                "PushNotifications:Timeout must be more than zero and at most an hour, such as 00:00:15.")
            .ValidateOnStart();
        builder.Services.AddSingleton<PushNotificationClient>();
        return builder.AddHandler<PushNotificationHandler, PushNotificationPayload, PushNotificationResult>(TaskType, static type =>
        {
            type.Description = "Tells a URL of an event, as a signed webhook (Standard Webhooks).";
            type.MaxAttempts = 5;
            type.Example = new PushNotificationPayload("https://example.org/hooks", "invoice.paid", JsonSerializer.SerializeToElement(new { invoice = 42 }));
        });
    }
}

namespace BackgroundTasks.Api.Notifications;

/// <summary>Gives a notification as a task.</summary>
internal sealed class SendNotificationHandler(NotificationSender sender) : IBackgroundTaskHandler<SendNotificationPayload, SendNotificationResult>
{
    /// <inheritdoc/>
    public Task<SendNotificationResult> HandleAsync(SendNotificationPayload payload, BackgroundTaskContext context, CancellationToken cancellationToken) =>
        sender.SendAsync(payload, context.Id, cancellationToken);
}

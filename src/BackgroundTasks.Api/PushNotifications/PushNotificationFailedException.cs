namespace BackgroundTasks.Api.PushNotifications;

/// <summary>A push notification was not taken. The message never names the URL: it may be a secret.</summary>
/// <param name="message">Why, for the client.</param>
/// <param name="innerException">The cause.</param>
internal sealed class PushNotificationFailedException(string message, Exception? innerException = null)
    : BackgroundTaskException(message, innerException!);

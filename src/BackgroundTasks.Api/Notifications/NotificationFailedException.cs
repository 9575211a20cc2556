namespace BackgroundTasks.Api.Notifications;

/// <summary>The mail server did not take a notification.</summary>
/// <param name="message">Why, for the client; without user name and password.</param>
/// <param name="innerException">The cause.</param>
internal sealed class NotificationFailedException(string message, Exception? innerException = null)
    : BackgroundTaskException(message, innerException!);

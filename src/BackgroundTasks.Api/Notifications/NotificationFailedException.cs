namespace BackgroundTasks.Api.Notifications;

/// <summary>A notification was not given: the mail server did not take it, or its line could not be written.</summary>
/// <param name="message">Why, for the client; without user name and password.</param>
/// <param name="innerException">The cause.</param>
internal sealed class NotificationFailedException(string message, Exception? innerException = null)
    : BackgroundTaskException(message, innerException!);

namespace BackgroundTasks.Api.Notifications;

/// <summary>
/// Gives a notification: by mail, where a server is configured, and as a line of the log. The mail goes first. A line tells what was done,
/// and a mail that fails and is tried again must not leave two; what is left is a second mail after a line that could not be written.
/// </summary>
internal sealed class NotificationSender(NotificationMailer mailer, NotificationLog log)
{
    /// <summary>Gives a notification.</summary>
    /// <param name="payload">Whom and what of; validated.</param>
    /// <param name="taskId">The task: its mails of all attempts are one to whoever receives them.</param>
    /// <param name="cancellationToken">Gives it up before the mail is taken, not after.</param>
    /// <exception cref="NotificationFailedException">The mail server did not take it, or the line could not be written.</exception>
    public async Task<SendNotificationResult> SendAsync(SendNotificationPayload payload, Guid taskId, CancellationToken cancellationToken)
    {
        var server = await mailer.SendAsync(payload, taskId, cancellationToken);

        // A mail that is out has its line, cancel or not.
        await log.AppendAsync(payload.ToLine(), server is null ? cancellationToken : CancellationToken.None);
        return new SendNotificationResult(NotificationLog.FileName, server);
    }
}

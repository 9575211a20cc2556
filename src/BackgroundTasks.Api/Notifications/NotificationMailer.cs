using System.Globalization;
using System.Net.Sockets;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;
using MimeKit;

namespace BackgroundTasks.Api.Notifications;

/// <summary>Sends notifications through the configured mail server, one connection each.</summary>
internal sealed class NotificationMailer(IOptions<SmtpOptions> options, TimeProvider timeProvider)
{
    /// <summary>RFC 5321: what a server refuses with 5xx it will refuse again.</summary>
    private const int FirstPermanentReply = 500;

    private readonly SmtpOptions _options = options.Value;

    /// <summary>Sends a mail.</summary>
    /// <param name="payload">Whom and what of.</param>
    /// <param name="taskId">The task, from which the mail has its <c>Message-Id</c>.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <returns>The server that took it; null where none is configured.</returns>
    /// <exception cref="NotificationFailedException">The server did not take it.</exception>
    public async Task<string?> SendAsync(SendNotificationPayload payload, Guid taskId, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(_options.Host))
            return null;

        using var tooLate = new CancellationTokenSource(_options.Timeout, timeProvider);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, tooLate.Token);
        try
        {
            await DeliverAsync(_options.Host, Compose(payload, taskId), stop.Token);
            return _options.Host;
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failure(string.Create(CultureInfo.InvariantCulture, $"did not take the mail within {_options.Timeout.TotalSeconds:0.###} seconds"), exception);
        }
        catch (SmtpCommandException exception)
        {
            // Without the cause, which goes to the log: servers name the recipient in what they say.
            throw Failure(string.Create(CultureInfo.InvariantCulture, $"refused the mail ({(int)exception.StatusCode})"), isPermanent: (int)exception.StatusCode >= FirstPermanentReply);
        }
        catch (AuthenticationException exception)
        {
            throw Failure("refused the login", exception);
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or BackgroundTaskException) && !cancellationToken.IsCancellationRequested)
        {
            // A mail library fails in a dozen ways, by socket, TLS and protocol; the client can act on none of them, and the log has it.
            throw Failure("could not be talked to", exception);
        }
    }

    private async Task DeliverAsync(string host, MimeMessage message, CancellationToken cancellationToken)
    {
        using var client = new SmtpClient();
        await using var connection = await ConnectAsync(host, cancellationToken);
        try
        {
            await client.ConnectAsync(connection, host, _options.Port, _options.Security, cancellationToken);
            await DeliverAsync(client, message, cancellationToken);
        }
        catch (Exception exception) when (connection.IsExceeded)
        {
            throw Failure(string.Create(CultureInfo.InvariantCulture, $"answered with more than {_options.MaxAnswerBytes:N0} bytes (Smtp:MaxAnswerBytes)"), exception);
        }
    }

    private async Task<BoundedStream> ConnectAsync(string host, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(host, _options.Port, cancellationToken);
            return new BoundedStream(new NetworkStream(socket, ownsSocket: true), _options.MaxAnswerBytes);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task DeliverAsync(SmtpClient client, MimeMessage message, CancellationToken cancellationToken)
    {
        if (!string.IsNullOrEmpty(_options.Username))
        {
            if (!client.IsSecure && _options.Security is not SecureSocketOptions.None)
                throw Failure("offers no TLS, and a password is not sent without it unless Smtp:Security is None");
            await client.AuthenticateAsync(_options.Username, _options.Password ?? "", cancellationToken);
        }

        await client.SendAsync(message, cancellationToken);

        // The mail is taken by now: a goodbye that fails must not make it a failure. Closing the connection is enough of one.
    }

    private MimeMessage Compose(SendNotificationPayload payload, Guid taskId)
    {
        var from = MailboxAddress.Parse(_options.From!);
        var message = new MimeMessage
        {
            Date = timeProvider.GetUtcNow(),

            // The same in every attempt: a mail whose 250 was lost is sent again, and receivers know it by this.
            MessageId = $"{taskId:N}@{(MailboxAddress.EncodeAddrspec(from.Address).Split('@') is [_, .., var domain] ? domain : "localhost")}",
            Subject = _options.Subject,
            Body = new TextPart("plain") { Text = payload.Message + "\n" },
        };
        message.From.Add(from);
        message.To.Add(new MailboxAddress(null, payload.Email));
        return message;
    }

    private NotificationFailedException Failure(string what, Exception? cause = null, bool isPermanent = false) =>
        new(string.Create(CultureInfo.InvariantCulture, $"The mail server {_options.Host}:{_options.Port} {what}."), cause) { IsPermanent = isPermanent };
}

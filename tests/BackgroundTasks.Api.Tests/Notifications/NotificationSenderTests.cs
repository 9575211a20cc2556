using System.Text;
using BackgroundTasks.Api.Notifications;
using MailKit.Security;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace BackgroundTasks.Api.Tests.Notifications;

public sealed class NotificationSenderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly SmtpOptions _smtp = new() { From = "Notifications <noreply@example.org>" };
    private readonly NotificationLog _log;

    public NotificationSenderTests() => _log = new NotificationLog(_folder.Data);

    [Fact]
    public async Task Without_a_mail_server_there_is_exactly_the_line()
    {
        var result = await SendAsync(new SendNotificationPayload("ada@example.org"));
        Assert.Equal(new SendNotificationResult("notifications.log", null), result);
        Assert.Equal("notification for ada@example.org: some notification\n", LogText());
    }

    [Fact]
    public async Task Many_at_once_lose_nothing_while_a_reader_has_the_file_open()
    {
        await SendAsync(new SendNotificationPayload("first@example.org"));
        using var reader = new FileStream(LogPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        await Parallel.ForEachAsync(Enumerable.Range(0, 500), async (i, cancellationToken) =>
            await SendAsync(new SendNotificationPayload($"user{i}@example.org", new string('ü', i)), cancellationToken));
        var expected = Enumerable.Range(0, 500).Select(i => $"notification for user{i}@example.org: {new string('ü', i)}");
        Assert.Equal(expected.Append("notification for first@example.org: some notification").Order(), LogText().Split('\n')[..^1].Order());
    }

    [Fact]
    public async Task A_configured_mail_server_gets_a_mail_and_then_there_is_the_line()
    {
        using var server = Configure(new SmtpServer());
        var result = await SendAsync(new SendNotificationPayload("ada@example.org", "Grüße. All is well"));
        await server.Session;

        Assert.Equal(new SendNotificationResult("notifications.log", "127.0.0.1"), result);
        Assert.Contains("MAIL FROM:<noreply@example.org> BODY=8BITMIME", server.Commands);
        Assert.Contains("RCPT TO:<ada@example.org>", server.Commands);
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(server.Mail));
        using var mail = await MimeKit.MimeMessage.LoadAsync(stream);
        Assert.Equal("\"Notifications\" <noreply@example.org>", mail.From.ToString());
        Assert.Equal("ada@example.org", mail.To.ToString());
        Assert.Equal("Notification", mail.Subject);
        Assert.Equal("Grüße. All is well", mail.TextBody!.TrimEnd());
        Assert.Equal(_clock.GetUtcNow(), mail.Date);
        Assert.Equal("notification for ada@example.org: Grüße. All is well\n", LogText());
    }

    [Fact]
    public async Task A_refused_mail_fails_and_leaves_no_line()
    {
        using var server = Configure(new SmtpServer("550 No such user here, says user secret-user"));
        var failure = await Assert.ThrowsAsync<NotificationFailedException>(() => SendAsync(new SendNotificationPayload("ada@example.org")));
        Assert.Equal($"The mail server 127.0.0.1:{server.Port} refused the mail (550).", failure.Message);
        Assert.False(File.Exists(LogPath));
    }

    [Fact]
    public async Task A_server_that_keeps_silent_fails_it_when_the_time_is_over()
    {
        using var server = Configure(new SmtpServer(answerToRecipient: ""));
        var sending = SendAsync(new SendNotificationPayload("ada@example.org"));
        await server.RecipientNamed;
        _clock.Advance(TimeSpan.FromSeconds(15));
        var failure = await Assert.ThrowsAsync<NotificationFailedException>(() => sending);
        Assert.Equal($"The mail server 127.0.0.1:{server.Port} did not take the mail within 15 seconds.", failure.Message);
    }

    [Fact]
    public async Task A_cancel_is_no_failure_of_the_server()
    {
        using var server = Configure(new SmtpServer(answerToRecipient: ""));
        using var cancel = new CancellationTokenSource();
        var sending = SendAsync(new SendNotificationPayload("ada@example.org"), cancel.Token);
        await server.RecipientNamed;
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
    }

    [Fact]
    public async Task A_server_that_is_not_there_fails_it()
    {
        var server = Configure(new SmtpServer());
        var port = server.Port;
        server.Dispose();
        var failure = await Assert.ThrowsAsync<NotificationFailedException>(() => SendAsync(new SendNotificationPayload("ada@example.org")));
        Assert.Equal($"The mail server 127.0.0.1:{port} could not be talked to.", failure.Message);
    }

    [Fact]
    public async Task A_password_is_not_sent_over_an_open_connection()
    {
        using var server = Configure(new SmtpServer());
        (_smtp.Username, _smtp.Password) = ("ada", "opensesame");
        var failure = await Assert.ThrowsAsync<NotificationFailedException>(() => SendAsync(new SendNotificationPayload("ada@example.org")));
        await server.Session;
        Assert.Contains("offers no TLS", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("opensesame", failure.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(server.Commands, command => command.StartsWith("AUTH", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_password_is_sent_where_no_security_was_asked_for()
    {
        using var server = Configure(new SmtpServer());
        (_smtp.Username, _smtp.Password, _smtp.Security) = ("ada", "opensesame", SecureSocketOptions.None);
        await SendAsync(new SendNotificationPayload("ada@example.org"));
        await server.Session;
        Assert.Contains(server.Commands, command => command.StartsWith("AUTH PLAIN", StringComparison.Ordinal));
    }

    public void Dispose()
    {
        _log.Dispose();
        _folder.Dispose();
    }

    private string LogPath => Path.Combine(_folder.Path, "notifications.log");

    private string LogText() => File.ReadAllText(LogPath);

    private SmtpServer Configure(SmtpServer server)
    {
        (_smtp.Host, _smtp.Port) = ("127.0.0.1", server.Port);
        return server;
    }

    private Task<SendNotificationResult> SendAsync(SendNotificationPayload payload, CancellationToken cancellationToken = default)
    {
        var sender = new NotificationSender(new NotificationMailer(Options.Create(_smtp), _clock), _log);
        return new SendNotificationHandler(sender).HandleAsync(payload, new FakeContext(), cancellationToken);
    }
}

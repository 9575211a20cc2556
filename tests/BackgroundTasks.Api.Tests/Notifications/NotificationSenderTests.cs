using System.Text;
using BackgroundTasks.Api.Hosting;
using BackgroundTasks.Api.Notifications;
using MailKit.Security;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace BackgroundTasks.Api.Tests.Notifications;

public sealed class NotificationSenderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly SmtpOptions _smtp = new() { From = "Notifications <noreply@example.org>" };
    private readonly LogList<WriteFaults> _entries = new();
    private readonly WriteFaults _faults;
    private readonly NotificationLog _log;

    public NotificationSenderTests()
    {
        _faults = new WriteFaults(_entries);
        _log = new NotificationLog(_folder.Data, _faults);
    }

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
            await SendAsync(new SendNotificationPayload($"user{i}@example.org", new string('ü', i)), cancellationToken: cancellationToken));
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
    public async Task The_mails_of_all_attempts_have_one_message_id_which_names_the_task_and_the_senders_domain()
    {
        var context = new FakeContext();
        var ids = new List<string?>();
        for (var attempt = 0; attempt < 2; attempt++)
        {
            using var server = Configure(new SmtpServer());
            await SendAsync(new SendNotificationPayload("ada@example.org"), context: context);
            await server.Session;
            using var stream = new MemoryStream(Encoding.UTF8.GetBytes(server.Mail));
            using var mail = await MimeKit.MimeMessage.LoadAsync(stream);
            ids.Add(mail.MessageId);
        }

        Assert.Equal([$"{context.Id:N}@example.org", $"{context.Id:N}@example.org"], ids);
    }

    [Theory]
    [InlineData("noreply@bücher.example", "xn--bcher-kva.example")]
    [InlineData("noreply", "localhost")]
    public async Task A_message_id_is_plain_text_whatever_the_sender_is_called(string from, string domain)
    {
        _smtp.From = from;
        using var server = Configure(new SmtpServer());
        await SendAsync(new SendNotificationPayload("ada@example.org"));
        await server.Session;
        Assert.Matches($"(?m)^Message-Id: <[0-9a-f]{{32}}@{domain}>$", server.Mail);
    }

    [Theory]
    [InlineData("250-and so on\r\n")]
    [InlineData("250-")]
    public async Task A_server_that_answers_without_end_is_hung_up_on(string flood)
    {
        using var server = Configure(new SmtpServer(flood: flood));
        var failure = await Assert.ThrowsAsync<NotificationFailedException>(() => SendAsync(new SendNotificationPayload("ada@example.org")));
        await server.Session.WaitAsync(HeldWork.Guard);
        Assert.Equal($"The mail server 127.0.0.1:{server.Port} answered with more than 1,048,576 bytes (Smtp:MaxAnswerBytes).", failure.Message);

        // What was read, and what the network holds in between.
        Assert.InRange(server.Flooded, 1, 32 * 1024 * 1024);
    }

    [Fact]
    public async Task A_line_that_cannot_be_written_fails_the_attempt_and_is_told_until_one_can()
    {
        Directory.CreateDirectory(LogPath);
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var failure = await Assert.ThrowsAsync<NotificationFailedException>(() => SendAsync(new SendNotificationPayload("ada@example.org")));
            Assert.Equal(("The line could not be written to notifications.log: the disk is full, or the service may not write it.", false), (failure.Message, failure.IsPermanent));
        }

        var (level, message) = Assert.Single(_entries.Entries);
        Assert.Equal(LogLevel.Error, level);
        Assert.StartsWith("notifications.log in the data folder cannot be written: ", message, StringComparison.Ordinal);
        Assert.Equal((HealthStatus.Degraded, "Cannot be written: notifications.log."), await HealthAsync());

        Directory.Delete(LogPath);
        await SendAsync(new SendNotificationPayload("ada@example.org"));
        Assert.Equal((HealthStatus.Healthy, null), await HealthAsync());
        Assert.Equal("notifications.log in the data folder can be written again", _entries.Entries[^1].Message);
    }

    [Fact]
    public async Task A_data_folder_that_was_removed_is_made_again()
    {
        Directory.Delete(_folder.Path, recursive: true);
        await SendAsync(new SendNotificationPayload("ada@example.org"));
        Assert.Equal("notification for ada@example.org: some notification\n", LogText());
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
        var sending = SendAsync(new SendNotificationPayload("ada@example.org"), cancellationToken: cancel.Token);
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

    private async Task<(HealthStatus, string?)> HealthAsync()
    {
        var health = await _faults.CheckHealthAsync(new HealthCheckContext());
        return (health.Status, health.Description);
    }

    private Task<SendNotificationResult> SendAsync(SendNotificationPayload payload, FakeContext? context = null, CancellationToken cancellationToken = default)
    {
        var sender = new NotificationSender(new NotificationMailer(Options.Create(_smtp), _clock), _log);
        return new SendNotificationHandler(sender).HandleAsync(payload, context ?? new FakeContext(), cancellationToken);
    }
}

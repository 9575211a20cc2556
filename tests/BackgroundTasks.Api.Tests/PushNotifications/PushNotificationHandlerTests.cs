using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using BackgroundTasks.Api.PushNotifications;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace BackgroundTasks.Api.Tests.PushNotifications;

public sealed class PushNotificationHandlerTests : IDisposable
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.FromUnixTimeMilliseconds(1_614_265_330_123));
    private readonly PushNotificationOptions _options = new() { AllowPrivateNetworks = true, Secret = Secret };
    private readonly List<PushNotificationClient> _clients = [];

    [Fact]
    public async Task The_receiver_gets_the_event_with_its_id_its_time_and_a_signature()
    {
        await using var receiver = await Answering(StatusCodes.Status204NoContent);
        var context = new FakeContext(new BackgroundTaskIds(_clock).Next());
        _clock.Advance(TimeSpan.FromSeconds(7));

        var result = await HandleAsync(receiver.Url + "/hook", context);

        var id = context.Id.ToString("N");
        Assert.Equal(new PushNotificationResult(204, id, Signed: true), result);
        var received = await receiver.NextAsync();
        Assert.Equal("/hook", received.Path);
        Assert.Equal("""{"type":"invoice.paid","timestamp":"2021-02-25T15:02:10.123Z","data":{"id":42}}""", received.Body);
        Assert.Equal("application/json; charset=utf-8", received.Headers["Content-Type"]);
        Assert.Equal(id, received.Headers["webhook-id"]);
        Assert.Equal("1614265337", received.Headers["webhook-timestamp"]);
        Assert.Equal(
            WebhookSecret.TryParse(Secret)!.Sign(id, 1614265337, Encoding.UTF8.GetBytes(received.Body)),
            received.Headers["webhook-signature"]);
        Assert.DoesNotContain("traceparent", received.Headers.Keys);
    }

    [Fact]
    public async Task A_later_attempt_has_the_same_id_and_body_and_a_new_time()
    {
        await using var receiver = await Answering(StatusCodes.Status200OK);
        var context = new FakeContext();
        await HandleAsync(receiver.Url, context);
        _clock.Advance(TimeSpan.FromMinutes(5));
        await HandleAsync(receiver.Url, context);

        var first = await receiver.NextAsync();
        var second = await receiver.NextAsync();
        Assert.Equal(first.Body, second.Body);
        Assert.Equal(first.Headers["webhook-id"], second.Headers["webhook-id"]);
        Assert.NotEqual(first.Headers["webhook-timestamp"], second.Headers["webhook-timestamp"]);
    }

    [Fact]
    public async Task Without_a_secret_it_goes_out_unsigned_and_the_result_says_so()
    {
        _options.Secret = null;
        await using var receiver = await Answering(StatusCodes.Status200OK);
        Assert.False((await HandleAsync(receiver.Url)).Signed);
        Assert.DoesNotContain("webhook-signature", (await receiver.NextAsync()).Headers.Keys);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(410)]
    [InlineData(503)]
    public async Task An_answer_other_than_2xx_is_a_failure_that_names_it(int status)
    {
        await using var receiver = await Answering(status);
        var failure = await Assert.ThrowsAsync<PushNotificationFailedException>(() => HandleAsync(receiver.Url));
        Assert.Equal($"The receiver answered {status}.", failure.Message);
    }

    [Fact]
    public async Task A_redirect_is_a_failure_and_is_not_followed()
    {
        await using var receiver = await Receiver.StartAsync(context =>
        {
            context.Response.Redirect("/elsewhere");
            return Task.CompletedTask;
        });
        var failure = await Assert.ThrowsAsync<PushNotificationFailedException>(() => HandleAsync(receiver.Url + "/hook"));
        Assert.Equal("The receiver answered 302.", failure.Message);
        Assert.Equal("/hook", (await receiver.NextAsync()).Path);
        Assert.False(receiver.HasMore);
    }

    [Fact]
    public async Task By_default_this_host_is_not_called_by_address_or_by_name_and_the_failure_does_not_name_it()
    {
        _options.AllowPrivateNetworks = false;
        await using var receiver = await Answering(StatusCodes.Status200OK);
        var port = new Uri(receiver.Url).Port;
        foreach (var host in new[] { "127.0.0.1", "localhost", "2130706433", "[::ffff:127.0.0.1]" })
        {
            var failure = await Assert.ThrowsAsync<PushNotificationFailedException>(() => HandleAsync($"http://{host}:{port}/secret-path"));
            Assert.Equal("The URL's host has no public address, and only public addresses are called.", failure.Message);
            Assert.DoesNotContain($"{host}:{port}", failure.ToString(), StringComparison.Ordinal);
        }

        Assert.False(receiver.HasMore);
    }

    [Fact]
    public async Task A_receiver_that_keeps_silent_fails_it_when_the_time_is_over()
    {
        await using var receiver = await Receiver.StartAsync(context =>
            Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted));
        var handling = HandleAsync(receiver.Url);
        await receiver.NextAsync();
        _clock.Advance(TimeSpan.FromSeconds(15));
        var failure = await Assert.ThrowsAsync<PushNotificationFailedException>(() => handling);
        Assert.Equal("The receiver did not answer within 15 seconds.", failure.Message);
    }

    [Fact]
    public async Task A_cancel_is_no_failure_of_the_receiver()
    {
        await using var receiver = await Receiver.StartAsync(context =>
            Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted));
        using var cancel = new CancellationTokenSource();
        var handling = HandleAsync(receiver.Url, cancellationToken: cancel.Token);
        await receiver.NextAsync();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => handling);
    }

    [Fact]
    public async Task A_port_without_a_server_is_a_failure_that_names_nothing_of_the_url()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        var failure = await Assert.ThrowsAsync<PushNotificationFailedException>(() => HandleAsync($"http://127.0.0.1:{port}/secret-path"));
        Assert.Equal("The receiver could not be reached (ConnectionError, ConnectionRefused).", failure.Message);
        Assert.DoesNotContain("127.0.0.1", failure.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", failure.ToString(), StringComparison.Ordinal);
        Assert.False(failure.IsPermanent);
    }

    [Fact]
    public async Task A_host_that_is_not_known_is_a_failure_that_does_not_name_it()
    {
        foreach (var allowed in new[] { true, false })
        {
            _options.AllowPrivateNetworks = allowed;
            var failure = await Assert.ThrowsAsync<PushNotificationFailedException>(() => HandleAsync("http://secret-host.invalid/secret-path?secret=1"));
            Assert.Contains("could not be reached", failure.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("secret", failure.ToString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("http://example.org/", """{"a":"\ud800"}""")]
    [InlineData("http://example.org/", """{"\udc00":1}""")]
    [InlineData("http://[::1", "1")]
    public async Task What_can_never_be_sent_is_one_permanent_failure(string url, string data)
    {
        using var json = JsonDocument.Parse(data);
        var failure = await Assert.ThrowsAsync<PushNotificationFailedException>(() => HandleAsync(url, data: json.RootElement));
        Assert.True(failure.IsPermanent);
        Assert.StartsWith("The event or its URL cannot be written as an HTTP request (", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receiver_says_when_to_come_again_and_never_again()
    {
        await using var busy = await Receiver.StartAsync(context =>
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers.RetryAfter = "120";
            return Task.CompletedTask;
        });
        await using var gone = await Answering(StatusCodes.Status410Gone);

        var later = await Assert.ThrowsAsync<PushNotificationFailedException>(() => HandleAsync(busy.Url));
        var never = await Assert.ThrowsAsync<PushNotificationFailedException>(() => HandleAsync(gone.Url));

        Assert.Equal((TimeSpan.FromMinutes(2), false), (later.RetryAfter, later.IsPermanent));
        Assert.True(never.IsPermanent);
    }

    [Fact]
    public async Task An_answer_without_end_does_not_hold_the_task()
    {
        await using var receiver = await Receiver.StartAsync(async context =>
        {
            var block = new byte[64 * 1024];
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.Body.WriteAsync(block, context.RequestAborted);
        });
        Assert.Equal(200, (await HandleAsync(receiver.Url)).StatusCode);
    }

    public void Dispose() => _clients.ForEach(client => client.Dispose());

    private static Task<Receiver> Answering(int status) => Receiver.StartAsync(context =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    });

    private Task<PushNotificationResult> HandleAsync(string url, FakeContext? context = null, JsonElement? data = null, CancellationToken cancellationToken = default)
    {
        var options = Options.Create(_options);
        var client = new PushNotificationClient(options);
        _clients.Add(client);
        var payload = new PushNotificationPayload(url, "invoice.paid", data ?? JsonSerializer.SerializeToElement(new { id = 42 }));
        return new PushNotificationHandler(client, options, _clock).HandleAsync(payload, context ?? new FakeContext(), cancellationToken);
    }
}

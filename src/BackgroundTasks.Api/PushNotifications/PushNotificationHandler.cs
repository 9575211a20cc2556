using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;
using Microsoft.Extensions.Options;

namespace BackgroundTasks.Api.PushNotifications;

/// <summary>Tells a URL of an event. Delivered is what was answered with 2xx in time; a redirect is a failure.</summary>
internal sealed class PushNotificationHandler(
    PushNotificationClient client,
    IOptions<PushNotificationOptions> options,
    TimeProvider timeProvider)
    : IBackgroundTaskHandler<PushNotificationPayload, PushNotificationResult>
{
    private readonly WebhookSecret? _secret = options.Value.Secret is { Length: > 0 } text ? WebhookSecret.TryParse(text) : null;

    /// <inheritdoc/>
    public async Task<PushNotificationResult> HandleAsync(PushNotificationPayload payload, BackgroundTaskContext context, CancellationToken cancellationToken)
    {
        using var request = Create(payload, context.Id);
        using var response = await SendAsync(request, cancellationToken);
        var status = (int)response.StatusCode;
        if (!response.IsSuccessStatusCode)
            throw new PushNotificationFailedException(string.Create(CultureInfo.InvariantCulture, $"The receiver answered {status}."))
            {
                // Standard Webhooks: 410 asks never to come again.
                IsPermanent = response.StatusCode is HttpStatusCode.Gone,
                RetryAfter = response.Headers.RetryAfter is { } asked ? asked.Delta ?? (asked.Date - timeProvider.GetUtcNow()) : null,
            };
        return new PushNotificationResult(status, PushNotificationMessage.IdOf(context.Id), _secret is not null);
    }

    private HttpRequestMessage Create(PushNotificationPayload payload, Guid taskId)
    {
        try
        {
            return PushNotificationMessage.Create(payload, taskId, timeProvider.GetUtcNow(), _secret);
        }
        catch (Exception exception) when (exception is JsonException || IsOfTheRequest(exception))
        {
            throw CannotBeSent(exception);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var timeout = options.Value.Timeout;
        using var tooLate = new CancellationTokenSource(timeout, timeProvider);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, tooLate.Token);
        try
        {
            return await client.SendAsync(request, stop.Token);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new PushNotificationFailedException(
                string.Create(CultureInfo.InvariantCulture, $"The receiver did not answer within {timeout.TotalSeconds:0.###} seconds."),
                exception);
        }
        catch (HttpRequestException exception) when (exception.InnerException is AddressRefusedException)
        {
            throw new PushNotificationFailedException("The URL's host has no public address, and only public addresses are called.") { IsPermanent = true };
        }
        catch (Exception exception) when (IsOfTheRequest(exception) || (exception is HttpRequestException && IsOfTheRequest(exception.InnerException)))
        {
            throw CannotBeSent(exception);
        }
        catch (HttpRequestException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw Unreachable(exception);
        }
    }

    /// <summary>What the request itself is to blame for: it is the same in the next attempt.</summary>
    private static bool IsOfTheRequest(Exception? exception) => exception is ArgumentException or FormatException or NotSupportedException or (InvalidOperationException and not ObjectDisposedException);

    /// <summary>Without the cause, whose message may have a part of the URL or the event.</summary>
    private static PushNotificationFailedException CannotBeSent(Exception exception) =>
        new($"The event or its URL cannot be written as an HTTP request ({exception.GetType().Name}).") { IsPermanent = true };

    /// <summary>The messages of the cause name the receiver's host and address, which nobody needs to read in a log; only what TLS found wrong has neither.</summary>
    private static PushNotificationFailedException Unreachable(HttpRequestException exception)
    {
        var socket = exception.InnerException as SocketException ?? exception.InnerException?.InnerException as SocketException;
        return new(
            socket is null ? $"The receiver could not be reached ({exception.HttpRequestError})." : $"The receiver could not be reached ({exception.HttpRequestError}, {socket.SocketErrorCode}).",
            exception.InnerException as AuthenticationException);
    }
}

using System.Globalization;
using System.Net;
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
        using var request = PushNotificationMessage.Create(payload, context.Id, timeProvider.GetUtcNow(), _secret);
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
            throw new PushNotificationFailedException("The URL's host has no public address, and only public addresses are called.", exception) { IsPermanent = true };
        }
        catch (HttpRequestException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new PushNotificationFailedException($"The receiver could not be reached ({exception.HttpRequestError}).", exception);
        }
    }
}

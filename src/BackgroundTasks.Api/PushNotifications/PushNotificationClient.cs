using Microsoft.Extensions.Options;

namespace BackgroundTasks.Api.PushNotifications;

/// <summary>
/// The HTTP client of push notifications. It is no client of <see cref="IHttpClientFactory"/>, whose logs name every URL: one may be a secret.
/// It follows no redirect, keeps no cookie, uses no proxy and passes no trace on.
/// </summary>
internal sealed class PushNotificationClient : IDisposable
{
    private readonly HttpClient _client;

    /// <summary>A client that connects as the settings allow.</summary>
    /// <param name="options">The settings.</param>
    public PushNotificationClient(IOptions<PushNotificationOptions> options)
    {
        var handler = new SocketsHttpHandler
        {
            ActivityHeadersPropagator = null,
            AllowAutoRedirect = false,
            ConnectTimeout = options.Value.Timeout,
            MaxResponseDrainSize = 4096,
            MaxResponseHeadersLength = 16,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            UseCookies = false,
            UseProxy = false,
        };
        if (!options.Value.AllowPrivateNetworks)
            handler.ConnectCallback = PublicConnector.ConnectAsync;

        // The whole time is bounded by the caller, by its own clock.
        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Sends a request. Of the answer only the head is read: at most 4 KB of its body are discarded to keep the connection.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();
}

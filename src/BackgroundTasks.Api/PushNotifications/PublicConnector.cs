using System.Net;
using System.Net.Sockets;

namespace BackgroundTasks.Api.PushNotifications;

/// <summary>
/// Connects to public addresses only. What is checked is what the name means now, and the very address that was checked is connected to:
/// a name that means another address a moment later gains nothing.
/// </summary>
internal static class PublicConnector
{
    /// <summary>Connects, as <see cref="SocketsHttpHandler.ConnectCallback"/>.</summary>
    /// <param name="context">The host and port.</param>
    /// <param name="cancellationToken">Gives the connection up.</param>
    /// <exception cref="AddressRefusedException">The host has no public address.</exception>
    public static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var endPoint = context.DnsEndPoint;
        var addresses = await Dns.GetHostAddressesAsync(endPoint.Host, cancellationToken);
        var allowed = Array.FindAll(addresses, PublicAddress.IsPublic);
        if (allowed.Length == 0)
            throw new AddressRefusedException();

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, endPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>A host was not connected to, because none of its addresses is public.</summary>
internal sealed class AddressRefusedException() : Exception("The host has no public address.");

using System.Net;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;

namespace BackgroundTasks.Api.Hosting;

/// <summary>
/// While the service listens on loopback alone, a request's host must be a name of this machine. Any other name was made to lead here
/// (DNS rebinding), so that a page of that site can read and change everything as if it were the service's own.
/// </summary>
internal static class LoopbackHosts
{
    public static void UseLoopbackHosts(this WebApplication app)
    {
        var features = ((IApplicationBuilder)app).ServerFeatures;
        var loopbackAlone = new Lazy<bool>(() => ListensOnLoopbackAlone(features));
        app.Use(next => context =>
        {
            // The addresses are known once requests come, and do not change.
            if (!loopbackAlone.Value || IsLoopback(context.Request.Host.Value))
                return next(context);
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return ProblemPages.WriteAsync(context, "The service listens on this machine alone, and the Host of the request is not a name of it. Use localhost or 127.0.0.1, or set ASPNETCORE_URLS to an address that others can reach.");
        });
    }

    /// <summary>Whether a host, with or without a port, is <c>localhost</c>, of 127.0.0.0/8, or <c>[::1]</c>.</summary>
    /// <param name="host">The host as the client sent it.</param>
    public static bool IsLoopback(ReadOnlySpan<char> host)
    {
        if (host.LastIndexOf(':') is > 0 and var colon && host[colon..].IndexOf(']') < 0)
            host = host[..colon];
        return host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || host is "127.0.0.1" or "[::1]"
            || ((host.StartsWith("[") || !host.Contains(':')) && IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
    }

    /// <summary>False without any address, as in a test server: nothing leads to it but its own process.</summary>
    private static bool ListensOnLoopbackAlone(IFeatureCollection features)
    {
        var addresses = (features.Get<IServerAddressesFeature>()?.Addresses ?? []).Select(BindingAddress.Parse)
            .Where(static address => !address.IsUnixPipe && !address.IsNamedPipe).ToList();
        return addresses.Count > 0 && addresses.All(static address => IsLoopback(address.Host));
    }
}

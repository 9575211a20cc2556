using System.Net;
using System.Net.Sockets;

namespace BackgroundTasks.Api.PushNotifications;

/// <summary>Tells addresses of the public internet from all others, after the special-purpose registries of IANA (RFC 6890).</summary>
internal static class PublicAddress
{
    private static readonly IPNetwork[] NotPublic =
    [
        IPNetwork.Parse("0.0.0.0/8"),       // this host
        IPNetwork.Parse("10.0.0.0/8"),      // private
        IPNetwork.Parse("100.64.0.0/10"),   // behind a carrier's NAT
        IPNetwork.Parse("127.0.0.0/8"),     // loopback
        IPNetwork.Parse("169.254.0.0/16"),  // link-local, cloud metadata among it
        IPNetwork.Parse("172.16.0.0/12"),   // private
        IPNetwork.Parse("192.0.0.0/24"),    // protocol assignments
        IPNetwork.Parse("192.0.2.0/24"),    // documentation
        IPNetwork.Parse("192.88.99.0/24"),  // 6to4 relays
        IPNetwork.Parse("192.168.0.0/16"),  // private
        IPNetwork.Parse("198.18.0.0/15"),   // benchmarks
        IPNetwork.Parse("198.51.100.0/24"), // documentation
        IPNetwork.Parse("203.0.113.0/24"),  // documentation
        IPNetwork.Parse("224.0.0.0/4"),     // multicast
        IPNetwork.Parse("240.0.0.0/4"),     // reserved, broadcast among it
        IPNetwork.Parse("2001::/23"),       // protocol assignments, Teredo among it
        IPNetwork.Parse("2001:db8::/32"),   // documentation
        IPNetwork.Parse("2002::/16"),       // 6to4, which carries any IPv4 address
        IPNetwork.Parse("3fff::/20"),       // documentation
    ];

    /// <summary>All that is global unicast. Loopback, link-local, unique local, multicast and the rest lie outside.</summary>
    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    /// <summary>Carries an IPv4 address in its last four bytes, and is how a network without IPv4 reaches one.</summary>
    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");

    /// <summary>Whether an address is one of the public internet, whatever form it is written in.</summary>
    /// <param name="address">The address.</param>
    public static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        else if (Nat64.Contains(address))
            address = new IPAddress(address.GetAddressBytes().AsSpan(12));
        return (address.AddressFamily is AddressFamily.InterNetwork || GlobalUnicast.Contains(address))
            && !NotPublic.Any(network => network.Contains(address));
    }
}

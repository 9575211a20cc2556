using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace BackgroundTasks.Api.PushNotifications;

/// <summary>A secret of Standard Webhooks 1.0.0, and how it signs.</summary>
internal sealed class WebhookSecret
{
    private const string Prefix = "whsec_";
    private readonly byte[] _key;

    private WebhookSecret(byte[] key) => _key = key;

    /// <summary>Reads a secret: <c>whsec_</c> and the base64 of 24 to 64 bytes. Null where it is none.</summary>
    /// <param name="text">The secret.</param>
    public static WebhookSecret? TryParse(string text)
    {
        var key = new byte[64];
        return text.StartsWith(Prefix, StringComparison.Ordinal)
            && Convert.TryFromBase64String(text[Prefix.Length..], key, out var length)
            && length >= 24 ? new(key[..length]) : null;
    }

    /// <summary>The <c>webhook-signature</c> of a message.</summary>
    /// <param name="id">Its <c>webhook-id</c>.</param>
    /// <param name="timestamp">Its <c>webhook-timestamp</c>, in Unix seconds.</param>
    /// <param name="body">Its body, byte for byte as sent.</param>
    public string Sign(string id, long timestamp, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}.")));
        hash.AppendData(body);
        return "v1," + Convert.ToBase64String(hash.GetHashAndReset());
    }
}

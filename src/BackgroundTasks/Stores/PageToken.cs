using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace BackgroundTasks.Stores;

/// <summary>Where a page begins: below an id, for one filter and no other. Opaque to clients.</summary>
internal static class PageToken
{
    private const int MarkLength = 8;

    public static string Write(BackgroundTaskFilter filter, Guid below)
    {
        Span<byte> bytes = stackalloc byte[16 + MarkLength];
        below.TryWriteBytes(bytes, bigEndian: true, out _);
        MarkOf(filter).CopyTo(bytes[16..]);
        return Base64Url.EncodeToString(bytes);
    }

    public static Guid? Read(BackgroundTaskFilter filter)
    {
        if (filter.PageToken is not { } token)
            return null;
        Span<byte> bytes = stackalloc byte[16 + MarkLength];
        if (!Base64Url.IsValid(token) || token.Length != Base64Url.GetEncodedLength(bytes.Length) || !Base64Url.TryDecodeFromChars(token, bytes, out _))
            throw new BackgroundTaskRefusedException(new Dictionary<string, string[]> { ["pageToken"] = ["It is not a page token. Take nextPageToken of the page before, or leave it out to begin with the newest."] });
        if (!bytes[16..].SequenceEqual(MarkOf(filter)))
            throw new BackgroundTaskRefusedException(new Dictionary<string, string[]> { ["pageToken"] = ["It belongs to a list with other filters. Repeat the filters it was made with, or leave it out to begin with the newest."] });
        return new Guid(bytes[..16], bigEndian: true);
    }

    private static ReadOnlySpan<byte> MarkOf(BackgroundTaskFilter filter)
    {
        var text = new StringBuilder()
            .AppendJoin(',', filter.States.Order()).Append('\n')
            .Append(filter.Type).Append('\n')
            .Append(filter.Queue).Append('\n')
            .Append(filter.CreatedAfter?.UtcTicks).Append('\n')
            .Append(filter.CreatedBefore?.UtcTicks);
        foreach (var (key, value) in filter.Tags?.OrderBy(tag => tag.Key, StringComparer.Ordinal) ?? Enumerable.Empty<KeyValuePair<string, string>>())
            text.Append('\n').Append(key).Append(':').Append(value);
        return SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, MarkLength);
    }
}

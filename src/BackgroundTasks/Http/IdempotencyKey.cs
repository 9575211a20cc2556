using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace BackgroundTasks.Http;

/// <summary>
/// The header <c>Idempotency-Key</c> (draft-ietf-httpapi-idempotency-key-header-07): a quoted structured-field string, or a bare token, as many clients send.
/// <c>"abc"</c> and <c>abc</c> are the same key.
/// </summary>
internal static class IdempotencyKey
{
    public const string Header = "Idempotency-Key";
    private const int MaxLength = 255;
    private static readonly SearchValues<char> Token = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-");

    /// <summary>False where there is a key that is none; null where there is no header.</summary>
    public static bool TryRead(IHeaderDictionary headers, out string? key)
    {
        key = null;
        if (!headers.TryGetValue(Header, out var values))
            return true;
        if (values is not [{ } value])
            return false;
        value = value.Trim();
        key = value.StartsWith('"') ? Unquote(value) : value.AsSpan().ContainsAnyExcept(Token) ? null : value;
        return key is { Length: > 0 and <= MaxLength };
    }

    private static string? Unquote(string value)
    {
        var text = new System.Text.StringBuilder(value.Length);
        for (var i = 1; i < value.Length; i++)
        {
            if (value[i] == '"')
                return i == value.Length - 1 ? text.ToString() : null;
            if (value[i] == '\\' && (++i == value.Length || value[i] is not ('"' or '\\')))
                return null;
            if (value[i] is < ' ' or > '~')
                return null;
            text.Append(value[i]);
        }

        return null;
    }
}

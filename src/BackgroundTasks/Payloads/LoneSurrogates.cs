using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using BackgroundTasks.Http;

namespace BackgroundTasks.Payloads;

/// <summary>
/// Finds half of a surrogate pair in JSON, <c>"\ud800"</c>. It is valid JSON and no text: whoever reads the string later fails,
/// and that would be the handler, after the task was accepted.
/// </summary>
internal static class LoneSurrogates
{
    private const string Message = "is not valid Unicode: it has half of a surrogate pair";

    /// <summary>Every place of it by path; null if there is none, as almost always, and if the JSON is malformed.</summary>
    public static PayloadErrors? Find(ReadOnlySpan<byte> utf8Json, string path)
    {
        // Only an escape can write one: bytes that encode half a pair are not UTF-8.
        if (utf8Json.IndexOf("\\ud"u8) < 0 && utf8Json.IndexOf("\\uD"u8) < 0)
            return null;
        var errors = new PayloadErrors();
        var reader = new Utf8JsonReader(utf8Json);
        try
        {
            reader.Read();
            Visit(ref reader, path, errors);
        }
        catch (JsonException)
        {
            return null;
        }

        return errors.Count == 0 ? null : errors;
    }

    /// <summary>The string or member name that the reader stands on; false if it is not text.</summary>
    public static bool TryRead(ref Utf8JsonReader reader, out string text)
    {
        if (!reader.ValueIsEscaped || !HasHalf(reader.ValueSpan))
        {
            text = reader.GetString()!;
            return true;
        }

        text = RequestErrors.Cut(Unescape(reader.ValueSpan));
        return false;
    }

    /// <summary>A string as it was written, without its quotes, as UTF-16: halves of pairs stay.</summary>
    public static string Unescape(ReadOnlySpan<byte> escaped)
    {
        var text = Encoding.UTF8.GetString(escaped);
        var unescaped = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\' || ++i == text.Length)
                unescaped.Append(text[Math.Min(i, text.Length - 1)]);
            else if (text[i] == 'u' && i + 4 < text.Length)
            {
                unescaped.Append((char)Convert.ToUInt16(text.Substring(i + 1, 4), 16));
                i += 4;
            }
            else
                unescaped.Append(text[i] switch { 'b' => '\b', 'f' => '\f', 'n' => '\n', 'r' => '\r', 't' => '\t', var other => other });
        }

        return unescaped.ToString();
    }

    private static void Visit(ref Utf8JsonReader reader, string path, PayloadErrors errors)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName && !errors.IsFull)
                {
                    var isText = TryRead(ref reader, out var name);
                    var member = PayloadPath.Member(path, name);
                    if (!isText)
                        errors.Add(member, Message);
                    reader.Read();
                    Visit(ref reader, member, errors);
                }

                break;
            case JsonTokenType.StartArray:
                for (var index = 0; reader.Read() && reader.TokenType is not JsonTokenType.EndArray && !errors.IsFull; index++)
                    Visit(ref reader, PayloadPath.Item(path, index), errors);
                break;
            case JsonTokenType.String when reader.ValueIsEscaped && HasHalf(reader.ValueSpan):
                errors.Add(path, Message);
                break;
        }
    }

    /// <summary>Whether escapes of the halves D800 to DFFF stand alone in a string.</summary>
    private static bool HasHalf(ReadOnlySpan<byte> escaped)
    {
        var high = -1;
        for (var i = escaped.IndexOf((byte)'\\'); i >= 0 && i + 1 < escaped.Length; i = Next(escaped, i + 2))
        {
            if (escaped[i + 1] != 'u' || i + 6 > escaped.Length
                || !Utf8Parser.TryParse(escaped.Slice(i + 2, 4), out ushort unit, out _, 'x') || !char.IsSurrogate((char)unit))
                continue;
            if (char.IsHighSurrogate((char)unit))
            {
                if (high >= 0)
                    return true;
                high = i;
            }
            else if (high < 0 || i != high + 6)
                return true;
            else
                high = -1;
        }

        return high >= 0;
    }

    private static int Next(ReadOnlySpan<byte> escaped, int from)
    {
        if (from >= escaped.Length)
            return -1;
        var next = escaped[from..].IndexOf((byte)'\\');
        return next < 0 ? -1 : from + next;
    }
}

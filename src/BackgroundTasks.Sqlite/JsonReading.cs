using System.Text.Json;

namespace BackgroundTasks.Sqlite;

internal static class JsonReading
{
    /// <summary>The reader at the value that follows.</summary>
    public static ref Utf8JsonReader Next(this ref Utf8JsonReader reader)
    {
        reader.Read();
        return ref reader;
    }

    /// <exception cref="FormatException">It is not an object.</exception>
    public static void ReadObjectStart(this ref Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType is not JsonTokenType.StartObject)
            throw new FormatException("An object is expected.");
    }

    /// <summary>Whether another member follows; its name is at the reader then.</summary>
    public static bool ReadName(this ref Utf8JsonReader reader) => reader.Read() && reader.TokenType is JsonTokenType.PropertyName;

    /// <summary>Throws if it is not one JSON value.</summary>
    public static void Check(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = int.MaxValue });
        while (reader.Read())
        {
        }
    }
}

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
}

using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;

namespace BackgroundTasks.Payloads;

/// <summary>Says what a member wants to be, in the words of JSON and never of .NET.</summary>
internal static class PayloadExpectations
{
    public const string Object = "must be an object";
    public const string Array = "must be an array";
    public const string NotNull = "must not be null";
    public const string Required = "is required";
    public const string Twice = "appears more than once";
    public const string Invalid = "is not valid";

    private const string WholeNumber = "must be a whole number";

    private static readonly Dictionary<Type, (string Minimum, string Maximum)> Integers = new()
    {
        [typeof(sbyte)] = Bounds<sbyte>(),
        [typeof(byte)] = Bounds<byte>(),
        [typeof(short)] = Bounds<short>(),
        [typeof(ushort)] = Bounds<ushort>(),
        [typeof(int)] = Bounds<int>(),
        [typeof(uint)] = Bounds<uint>(),
        [typeof(long)] = Bounds<long>(),
        [typeof(ulong)] = Bounds<ulong>(),
        [typeof(Int128)] = Bounds<Int128>(),
        [typeof(UInt128)] = Bounds<UInt128>(),
    };

    private static readonly Dictionary<Type, string> Others = new()
    {
        [typeof(string)] = "must be a string",
        [typeof(bool)] = "must be true or false",
        [typeof(char)] = "must be a string of one character",
        [typeof(Half)] = "must be a number",
        [typeof(float)] = "must be a number",
        [typeof(double)] = "must be a number",
        [typeof(decimal)] = "must be a number",
        [typeof(DateTime)] = "must be a date and time such as \"2026-01-31T12:00:00Z\"",
        [typeof(DateTimeOffset)] = "must be a date and time such as \"2026-01-31T12:00:00Z\"",
        [typeof(DateOnly)] = "must be a date such as \"2026-01-31\"",
        [typeof(TimeOnly)] = "must be a time such as \"12:30:00\"",
        [typeof(TimeSpan)] = "must be a duration such as \"01:30:00\"",
        [typeof(Guid)] = "must be a UUID",
        [typeof(Uri)] = "must be a URI",
        [typeof(Version)] = "must be a version such as \"1.2.3\"",
        [typeof(byte[])] = "must be a Base64 string",
        [typeof(Memory<byte>)] = "must be a Base64 string",
        [typeof(ReadOnlyMemory<byte>)] = "must be a Base64 string",
        [typeof(JsonObject)] = Object,
        [typeof(JsonArray)] = Array,
    };

    public static bool IsInteger(Type type) => Integers.ContainsKey(type);

    public static bool IsNumber(Type type) =>
        IsInteger(type) || type == typeof(double) || type == typeof(float) || type == typeof(decimal) || type == typeof(Half);

    /// <summary>Whether any JSON will do.</summary>
    public static bool TakesAnything(Type type) =>
        type == typeof(object) || type == typeof(JsonElement) || type == typeof(JsonDocument) || type.IsAssignableTo(typeof(JsonNode));

    /// <summary>Why <paramref name="value"/> is not what <paramref name="info"/> takes, given what the reader threw.</summary>
    public static string Describe(JsonTypeInfo info, JsonElement value, JsonException exception)
    {
        var type = info.Type;
        if (value.ValueKind == JsonValueKind.Null)
            return NotNull;

        if (type.IsEnum)
            return DescribeEnum(info);

        if (Integers.TryGetValue(type, out var bounds))
            return IsWhole(value) ? $"{WholeNumber} from {bounds.Minimum} to {bounds.Maximum}" : WholeNumber;

        return Others.TryGetValue(type, out var text) ? text : Describe(exception);
    }

    /// <summary>As much as can be said when only the type is known.</summary>
    public static string Describe(Type type, JsonException exception)
    {
        if (Describe(exception) is var own && own != Invalid)
            return own;

        type = Nullable.GetUnderlyingType(type) ?? type;
        return IsInteger(type) ? WholeNumber : Others.TryGetValue(type, out var text) ? text : Invalid;
    }

    /// <summary>The message of a user's converter is written for the client; the reader's own names .NET types and is not.</summary>
    public static string Describe(JsonException exception) =>
        exception.InnerException is null
        && exception.Source != typeof(JsonSerializer).Namespace
        && !exception.Message.Contains("| LineNumber:", StringComparison.Ordinal)
            ? exception.Message
            : Invalid;

    public static string DescribeMalformed(JsonException exception)
    {
        var reason = exception.Message;
        var tail = reason.IndexOf(" LineNumber:", StringComparison.Ordinal);
        if (tail > 0)
            reason = reason[..tail].TrimEnd('.');

        return FormattableString.Invariant($"is not valid JSON: {reason} (line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1})");
    }

    private static string DescribeEnum(JsonTypeInfo info)
    {
        // The exporter is the only one who knows the names that the type's converter and naming policy make.
        var names = info.GetJsonSchemaAsNode() is JsonObject schema ? schema["enum"] as JsonArray : null;
        if (names is not null)
            return $"must be one of: {string.Join(", ", names.Where(name => name is not null))}";

        return info.GetJsonSchemaAsNode()["type"] is JsonValue type && type.ToString() == "integer" ? WholeNumber : "must be one of its known names";
    }

    private static bool IsWhole(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && !value.GetRawText().AsSpan().ContainsAny('.', 'e', 'E');

    private static (string Minimum, string Maximum) Bounds<T>()
        where T : IMinMaxValue<T>, IFormattable => (T.MinValue.ToString(null, null), T.MaxValue.ToString(null, null));
}

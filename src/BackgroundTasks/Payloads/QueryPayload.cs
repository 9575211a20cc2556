using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Primitives;

namespace BackgroundTasks.Payloads;

/// <summary>
/// Makes a payload from a query, whose values are all text: each becomes the JSON that its member takes, if it can be that. What
/// cannot stays a string, so that binding refuses it under its path with the same words as in a body.
/// </summary>
internal static class QueryPayload
{
    /// <summary>False when a name is no member; the names that are make a payload all the same. No query makes an empty payload.</summary>
    public static bool TryConvert(
        IEnumerable<KeyValuePair<string, StringValues>> query,
        JsonTypeInfo typeInfo,
        string path,
        out byte[] utf8Json,
        [NotNullWhen(false)] out Dictionary<string, string[]>? errors)
    {
        var values = Merge(query);
        var found = new PayloadErrors();
        utf8Json = values.Count == 0 ? [] : Write(values, typeInfo, path, found);
        errors = found.Count == 0 ? null : found.ToDictionary();
        return errors is null;
    }

    private static OrderedDictionary<string, StringValues> Merge(IEnumerable<KeyValuePair<string, StringValues>> query)
    {
        var values = new OrderedDictionary<string, StringValues>(StringComparer.Ordinal);
        foreach (var (name, value) in query)
            values[name] = values.TryGetValue(name, out var earlier) ? StringValues.Concat(earlier, value) : value;

        return values;
    }

    private static byte[] Write(OrderedDictionary<string, StringValues> values, JsonTypeInfo typeInfo, string path, PayloadErrors errors)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        var info = WriteDiscriminator(writer, values, PayloadMembers.FindInfo(typeInfo.Options, typeInfo.Type) ?? typeInfo);
        foreach (var (name, value) in values)
        {
            if (FindMemberType(info, name) is { } type)
            {
                writer.WritePropertyName(name);
                QueryValue.Write(writer, value, type, typeInfo.Options);
            }
            else
            {
                errors.Add(PayloadPath.Member(path, name), PayloadMembers.DescribeUnknown(info));
            }
        }

        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>First in the object, where the reader wants it; it is done with then.</summary>
    private static JsonTypeInfo WriteDiscriminator(Utf8JsonWriter writer, OrderedDictionary<string, StringValues> values, JsonTypeInfo info)
    {
        if (info.PolymorphismOptions is not { TypeDiscriminatorPropertyName: var name } polymorphism || !values.Remove(name, out var value))
            return info;

        if (value.Count != 1 || PayloadPolymorphism.Find(polymorphism, value.ToString()) is not { } derived)
        {
            writer.WriteString(name, value.ToString());
            return info;
        }

        if (derived.TypeDiscriminator is int number)
            writer.WriteNumber(name, number);
        else
            writer.WriteString(name, value.ToString());

        return PayloadMembers.FindInfo(info.Options, derived.DerivedType) ?? info;
    }

    private static Type? FindMemberType(JsonTypeInfo info, string name) => info.Kind switch
    {
        JsonTypeInfoKind.Dictionary => info.ElementType,
        JsonTypeInfoKind.Object when PayloadMembers.Find(info, name, StringComparison.Ordinal) is { } property =>
            PayloadMembers.IsBound(property) ? property.PropertyType : null,
        JsonTypeInfoKind.Object when !PayloadMembers.RefusesUnknown(info) => typeof(string),
        _ => null,
    };
}

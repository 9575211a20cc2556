using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace BackgroundTasks.Payloads;

/// <summary>What the reader does with an object's members, asked of its contract.</summary>
internal static class PayloadMembers
{
    /// <summary>The reader passes over members that can only be read; what stands in them binds nowhere.</summary>
    public static bool IsBound(JsonPropertyInfo property) =>
        !property.IsExtensionData
        && (property.Set is not null || property.AssociatedParameter is not null || (property.ObjectCreationHandling ?? property.Options.PreferredObjectCreationHandling) == JsonObjectCreationHandling.Populate);

    public static bool IsRequired(JsonPropertyInfo property) =>
        property.IsRequired
        || (property.Options.RespectRequiredConstructorParameters && property.AssociatedParameter is { HasDefaultValue: false, IsMemberInitializer: false });

    public static bool AllowsNull(JsonPropertyInfo property)
    {
        if (property.PropertyType.IsValueType)
            return Nullable.GetUnderlyingType(property.PropertyType) is not null;

        return !property.Options.RespectNullableAnnotations
            || (property.AssociatedParameter?.IsNullable ?? true) && property.IsSetNullable;
    }

    public static JsonPropertyInfo? Find(JsonTypeInfo info, string name, StringComparison comparison)
    {
        JsonPropertyInfo? found = null;
        foreach (var property in info.Properties)
        {
            if (property.IsExtensionData || !property.Name.Equals(name, comparison))
                continue;

            if (property.Name == name)
                return property;

            found ??= property;
        }

        return found;
    }

    public static bool RefusesUnknown(JsonTypeInfo info) =>
        (info.UnmappedMemberHandling ?? info.Options.UnmappedMemberHandling) == JsonUnmappedMemberHandling.Disallow
        && !info.Properties.Any(property => property.IsExtensionData);

    public static string DescribeUnknown(JsonTypeInfo info)
    {
        var names = string.Join(", ", info.Properties.Where(IsBound).Select(property => property.Name));
        return names.Length == 0 ? "is not a known member; there are none" : $"is not a known member; known members: {names}";
    }

    /// <summary>The contract of a type's values, without the wrapping of a nullable; null where there is none to be had.</summary>
    public static JsonTypeInfo? FindInfo(JsonSerializerOptions options, Type? type) =>
        type is not null && options.TryGetTypeInfo(Nullable.GetUnderlyingType(type) ?? type, out var info) ? info : null;

    /// <summary>
    /// The contract of an enum whose own member names its converter. Only for the serializer's converters: a user's may come
    /// back to the serializer for the same type, which ends here only because the converter is the member's and not the type's.
    /// </summary>
    public static JsonTypeInfo? FindEnumInfo(JsonPropertyInfo property)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        if (!type.IsEnum || property.CustomConverter is not { } converter || converter.GetType().Assembly != typeof(JsonSerializer).Assembly)
            return null;

        var options = new JsonSerializerOptions(property.Options);
        options.Converters.Insert(0, converter);
        return options.TryGetTypeInfo(type, out var info) ? info : null;
    }
}

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace BackgroundTasks.Payloads;

/// <summary>What a validation attribute is called in JSON Schema. An attribute without a counterpart is checked all the same, and not shown.</summary>
internal static class PayloadSchemaAnnotations
{
    public static void Apply(JsonObject schema, JsonPropertyInfo property)
    {
        foreach (var attribute in PayloadAttributes.OfMember<ValidationAttribute>(property))
            Apply(schema, attribute, property);

        if (!PayloadMembers.IsBound(property))
            schema["readOnly"] = true;

        var text = PayloadAttributes.OfMember<DescriptionAttribute>(property).FirstOrDefault()?.Description
            ?? PayloadAttributes.OfMember<DisplayAttribute>(property).FirstOrDefault()?.GetDescription();
        if (!string.IsNullOrEmpty(text))
            schema["description"] = text;
    }

    public static void Describe(JsonObject schema, Type type)
    {
        if (PayloadAttributes.OfType<DescriptionAttribute>(type).FirstOrDefault()?.Description is { Length: > 0 } text)
            schema["description"] = text;
    }

    private static void Apply(JsonObject schema, ValidationAttribute attribute, JsonPropertyInfo property)
    {
        switch (attribute)
        {
            case RequiredAttribute required:
                RefuseNull(schema);
                if (property.PropertyType == typeof(string) && !required.AllowEmptyStrings)
                    schema.TryAdd("minLength", JsonValue.Create(1));
                break;
            case RangeAttribute range:
                Bound(schema, range.MinimumIsExclusive ? "exclusiveMinimum" : "minimum", range.Minimum, range.OperandType);
                Bound(schema, range.MaximumIsExclusive ? "exclusiveMaximum" : "maximum", range.Maximum, range.OperandType);
                break;
            case StringLengthAttribute length:
                Size(schema, property, length.MinimumLength, length.MaximumLength);
                break;
            case LengthAttribute length:
                Size(schema, property, length.MinimumLength, length.MaximumLength);
                break;
            case MinLengthAttribute length:
                Size(schema, property, length.Length, null);
                break;
            case MaxLengthAttribute { Length: >= 0 } length:
                Size(schema, property, null, length.Length);
                break;
            case RegularExpressionAttribute expression:
                // The attribute wants the whole text to match, a schema any part of it.
                schema["pattern"] = $"^(?:{expression.Pattern})$";
                break;
            case EmailAddressAttribute:
                schema["format"] = "email";
                break;
            case UrlAttribute:
                schema["format"] = "uri";
                break;
            case AllowedValuesAttribute allowed:
                schema["enum"] = Values(allowed.Values, property.Options);
                break;
            case DeniedValuesAttribute denied:
                schema["not"] = new JsonObject { ["enum"] = Values(denied.Values, property.Options) };
                break;
        }
    }

    private static void RefuseNull(JsonObject schema)
    {
        if (schema["type"] is JsonArray types)
        {
            JsonNode[] others = [.. types.Where(type => (string?)type != "null").Select(type => type!.DeepClone())];
            schema["type"] = others.Length == 1 ? others[0] : new JsonArray(others);
        }

        if (schema["default"] is null)
            schema.Remove("default");

        if (schema["enum"] is JsonArray values)
            schema["enum"] = new JsonArray([.. values.Where(value => value is not null).Select(value => value!.DeepClone())]);
    }

    private static void Bound(JsonObject schema, string keyword, object bound, Type type)
    {
        // Ranges of dates and the like have no counterpart; neither has an infinite bound.
        if (!PayloadExpectations.IsNumber(type)
            || Convert.ToString(bound, CultureInfo.InvariantCulture) is not { } text
            || !double.TryParse(text, CultureInfo.InvariantCulture, out var value) || !double.IsFinite(value))
            return;

        schema[keyword] = decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out var exact) ? exact : value;
    }

    private static void Size(JsonObject schema, JsonPropertyInfo property, int? minimum, int? maximum)
    {
        var unit = PayloadMembers.FindInfo(property.Options, property.PropertyType)?.Kind switch
        {
            JsonTypeInfoKind.Enumerable => "Items",
            JsonTypeInfoKind.Dictionary => "Properties",
            _ => "Length",
        };

        // Bytes are counted before they become Base64 text.
        if (property.PropertyType == typeof(byte[]))
            return;

        if (minimum > 0)
            schema["min" + unit] = minimum;

        if (maximum < int.MaxValue)
            schema["max" + unit] = maximum;
    }

    private static JsonArray Values(object?[] values, JsonSerializerOptions options) =>
        [.. values.Select(value => value is null ? null : JsonSerializer.SerializeToNode(value, options.GetTypeInfo(value.GetType())))];
}

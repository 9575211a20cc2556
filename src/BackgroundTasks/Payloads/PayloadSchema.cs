using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;

namespace BackgroundTasks.Payloads;

/// <summary>The JSON Schema of a type: what the reader takes and what its attributes ask for besides.</summary>
internal static class PayloadSchema
{
    private static readonly JsonSchemaExporterOptions ExporterOptions = new()
    {
        TreatNullObliviousAsNonNullable = true,
        TransformSchemaNode = Transform,
    };

    /// <summary>References within it, <c>#/…</c>, count from its own root.</summary>
    public static JsonNode Create(JsonSerializerOptions options, Type type)
    {
        options.MakeReadOnly();
        return options.GetJsonSchemaAsNode(type, ExporterOptions);
    }

    private static JsonNode Transform(JsonSchemaExporterContext context, JsonNode node)
    {
        // A schema that takes anything is the word true; it becomes an object once there is more to say.
        var schema = node as JsonObject ?? [];
        if (context.PropertyInfo is { } property)
            PayloadSchemaAnnotations.Apply(schema, property);

        if (context.PropertyInfo is null || !schema.ContainsKey("description"))
            PayloadSchemaAnnotations.Describe(schema, context.TypeInfo.Type);

        if (context.TypeInfo.Kind == JsonTypeInfoKind.Object && schema["properties"] is JsonObject)
            CloseObject(schema, context.TypeInfo);

        return schema.Count == 0 || node is JsonObject ? node : schema;
    }

    private static void CloseObject(JsonObject schema, JsonTypeInfo info)
    {
        if (PayloadMembers.RefusesUnknown(info))
            schema.TryAdd("additionalProperties", JsonValue.Create(false));
        else
            schema.Remove("additionalProperties");

        foreach (var property in info.Properties)
        {
            if (PayloadMembers.IsBound(property) && IsRefusedWhenLeftOut(property))
                Require(schema, property.Name);
        }
    }

    /// <summary>Left out it stays null, as a rule, and its attribute refuses that.</summary>
    private static bool IsRefusedWhenLeftOut(JsonPropertyInfo property) =>
        (!property.PropertyType.IsValueType || Nullable.GetUnderlyingType(property.PropertyType) is not null)
        && PayloadAttributes.OfMember<RequiredAttribute>(property).Length > 0;

    private static void Require(JsonObject schema, string name)
    {
        if (schema["required"] is not JsonArray required)
            schema["required"] = required = [];

        if (!required.Any(known => (string?)known == name))
            required.Add(name);
    }
}

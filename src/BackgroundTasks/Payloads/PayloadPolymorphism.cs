using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace BackgroundTasks.Payloads;

/// <summary>Which type a payload of a polymorphic type asks for by its discriminator.</summary>
internal static class PayloadPolymorphism
{
    public static JsonDerivedType? Find(JsonPolymorphismOptions polymorphism, string discriminator)
    {
        foreach (var derived in polymorphism.DerivedTypes)
        {
            if (Text(derived) == discriminator)
                return derived;
        }

        return null;
    }

    /// <summary>The type asked for, the base type where none is; null, with its error, where it cannot be told.</summary>
    public static Type? FindType(JsonElement value, JsonTypeInfo info, JsonPolymorphismOptions polymorphism, string path, PayloadErrors errors)
    {
        var name = polymorphism.TypeDiscriminatorPropertyName;
        var place = PayloadPath.Member(path, name);
        var members = value.EnumerateObject().Select(member => (Name: PayloadText.FindName(member), member.Value)).ToList();
        var index = members.FindLastIndex(member => member.Name == name);
        if (index < 0)
        {
            if (!info.Type.IsAbstract)
                return info.Type;

            errors.Add(place, $"{PayloadExpectations.Required}; it is one of: {KnownNames(polymorphism)}");
            return null;
        }

        if (Text(members[index].Value) is not { } text || Find(polymorphism, text) is not { DerivedType: var derived })
        {
            errors.Add(place, $"must be one of: {KnownNames(polymorphism)}");
            return null;
        }

        if (!info.Options.AllowOutOfOrderMetadataProperties && index > 0)
            errors.Add(place, "must come first in its object");

        return derived;
    }

    private static string? Text(JsonElement discriminator) => discriminator.ValueKind switch
    {
        JsonValueKind.String => PayloadText.FindString(discriminator),
        JsonValueKind.Number => discriminator.GetRawText(),
        _ => null,
    };

    private static string? Text(JsonDerivedType derived) =>
        derived.TypeDiscriminator is null ? null : FormattableString.Invariant($"{derived.TypeDiscriminator}");

    private static string KnownNames(JsonPolymorphismOptions polymorphism) =>
        string.Join(", ", polymorphism.DerivedTypes.Select(Text).OfType<string>());
}

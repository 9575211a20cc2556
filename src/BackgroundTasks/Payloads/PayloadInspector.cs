using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace BackgroundTasks.Payloads;

/// <summary>Goes through a payload that could not be read and finds everything wrong with it, where the reader stops at the first.</summary>
internal sealed class PayloadInspector(JsonSerializerOptions options, PayloadErrors errors)
{
    private readonly StringComparison _names =
        options.PropertyNameCaseInsensitive ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

    private readonly List<(string Path, Type Type)> _unseen = [];

    public void Inspect(JsonElement payload, JsonTypeInfo info, string path, Exception cause)
    {
        Visit(payload, info.Type, path);
        if (cause is not JsonException exception)
            return;

        var place = PayloadPath.Below(path, exception.Path);
        foreach (var unseen in _unseen)
        {
            if (PayloadPath.IsWithin(place, unseen.Path))
                errors.Add(place, place == unseen.Path ? PayloadExpectations.Describe(unseen.Type, exception) : PayloadExpectations.Describe(exception));
        }

        if (errors.Count == 0)
            errors.Add(place, PayloadExpectations.Describe(exception));
    }

    private void Visit(JsonElement value, Type? type, string path)
    {
        if (type is null)
        {
            VisitUntyped(value, path);
            return;
        }

        if (errors.IsFull || PayloadMembers.FindInfo(options, type) is not { } info)
            return;

        var takesNull = !type.IsValueType || type != info.Type;
        if (takesNull && value.ValueKind == JsonValueKind.Null)
            return;

        switch (info.Kind)
        {
            case JsonTypeInfoKind.Object when Expect(value, JsonValueKind.Object, path, PayloadExpectations.Object):
                VisitObject(value, info, path);
                break;
            case JsonTypeInfoKind.Dictionary when Expect(value, JsonValueKind.Object, path, PayloadExpectations.Object):
                VisitDictionary(value, info.ElementType, path);
                break;
            case JsonTypeInfoKind.Enumerable when Expect(value, JsonValueKind.Array, path, PayloadExpectations.Array):
                VisitArray(value, info.ElementType, path);
                break;
            case JsonTypeInfoKind.None:
                VisitValue(value, info, path);
                break;
        }
    }

    private bool Expect(JsonElement value, JsonValueKind kind, string path, string message)
    {
        if (value.ValueKind == kind)
            return true;

        errors.Add(path, value.ValueKind == JsonValueKind.Null ? PayloadExpectations.NotNull : message);
        return false;
    }

    private void VisitObject(JsonElement value, JsonTypeInfo info, string path)
    {
        var discriminator = info.PolymorphismOptions?.TypeDiscriminatorPropertyName;
        if (info.PolymorphismOptions is { } polymorphism)
        {
            if (PayloadPolymorphism.FindType(value, info, polymorphism, path, errors) is not { } chosen)
                return;

            info = PayloadMembers.FindInfo(options, chosen) ?? info;
        }

        var seen = new HashSet<JsonPropertyInfo>();
        foreach (var (name, member, memberPath) in Members(value, path))
        {
            if (name == discriminator)
                continue;

            if (PayloadMembers.Find(info, name, _names) is not { } property)
                VisitUnknown(member, info, memberPath);
            else if (seen.Add(property) || options.AllowDuplicateProperties)
                VisitMember(member, property, property.NumberHandling ?? info.NumberHandling, PayloadPath.Member(path, property.Name));
            else
                errors.Add(PayloadPath.Member(path, property.Name), PayloadExpectations.Twice);
        }

        foreach (var property in info.Properties)
        {
            if (PayloadMembers.IsRequired(property) && !seen.Contains(property))
                errors.Add(PayloadPath.Member(path, property.Name), PayloadExpectations.Required);
        }
    }

    private void VisitUnknown(JsonElement member, JsonTypeInfo info, string path)
    {
        if (PayloadMembers.RefusesUnknown(info))
            errors.Add(path, PayloadMembers.DescribeUnknown(info));
        else
            VisitUntyped(member, path);
    }

    private void VisitMember(JsonElement value, JsonPropertyInfo property, JsonNumberHandling? numbers, string path)
    {
        if (!PayloadMembers.IsBound(property))
            return;

        if (value.ValueKind == JsonValueKind.Null)
        {
            if (!PayloadMembers.AllowsNull(property))
                errors.Add(path, PayloadExpectations.NotNull);
        }
        else if (property.CustomConverter is null && (numbers ?? options.NumberHandling) == options.NumberHandling)
            Visit(value, property.PropertyType, path);
        else if (PayloadMembers.FindEnumInfo(property) is { } info)
            VisitValue(value, info, path);
        else
            _unseen.Add((path, property.PropertyType));
    }

    private void VisitDictionary(JsonElement value, Type? type, string path, StringComparer? names = null)
    {
        var seen = new HashSet<string>(names ?? StringComparer.Ordinal);
        foreach (var (name, member, memberPath) in Members(value, path))
        {
            if (!seen.Add(name) && !options.AllowDuplicateProperties)
                errors.Add(memberPath, PayloadExpectations.Twice);

            if (type is null)
                VisitUntyped(member, memberPath, names);
            else
                Visit(member, type, memberPath);
        }
    }

    private void VisitArray(JsonElement value, Type? type, string path, StringComparer? names = null)
    {
        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            if (type is null)
                VisitUntyped(item, PayloadPath.Item(path, index++), names);
            else
                Visit(item, type, PayloadPath.Item(path, index++));
        }
    }

    private void VisitValue(JsonElement value, JsonTypeInfo info, string path)
    {
        var before = errors.Count;
        if (PayloadExpectations.TakesAnything(info.Type))
            VisitUntyped(value, path, NamesOf(info.Type));

        if (errors.Count > before)
            return;

        try
        {
            value.Deserialize(info);
        }
        catch (JsonException exception)
        {
            errors.Add(PayloadPath.Below(path, exception.Path), PayloadExpectations.Describe(info, value, exception));
        }
    }

    /// <summary>Nodes match the names of their members as those of objects are matched; other JSON of any shape keeps them as they are.</summary>
    private StringComparer? NamesOf(Type type) => type.IsAssignableTo(typeof(JsonNode)) ? StringComparer.FromComparison(_names) : null;

    /// <summary>Where any JSON goes, only a doubled member is wrong.</summary>
    private void VisitUntyped(JsonElement value, string path, StringComparer? names = null)
    {
        if (value.ValueKind == JsonValueKind.Object)
            VisitDictionary(value, null, path, names);
        else if (value.ValueKind == JsonValueKind.Array)
            VisitArray(value, null, path, names);
    }

    private IEnumerable<(string Name, JsonElement Value, string Path)> Members(JsonElement value, string path)
    {
        foreach (var member in value.EnumerateObject())
        {
            if (errors.IsFull)
                yield break;

            if (PayloadText.FindName(member) is { } name)
                yield return (name, member.Value, PayloadPath.Member(path, name));
            else
                errors.Add(path, "has a member whose name is not valid Unicode");
        }
    }
}

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json.Serialization.Metadata;

namespace BackgroundTasks.Payloads;

/// <summary>
/// The one place that reads attributes. An attribute on a positional record's parameter lands on the parameter unless it says
/// <c>property:</c>, so both are read; one that stands on both counts once.
/// </summary>
internal static class PayloadAttributes
{
    public static TAttribute[] OfMember<TAttribute>(JsonPropertyInfo property)
        where TAttribute : Attribute =>
        [.. Read<TAttribute>(property.AttributeProvider).Concat(Read<TAttribute>(property.AssociatedParameter?.AttributeProvider)).Distinct()];

    public static TAttribute[] OfType<TAttribute>(Type type)
        where TAttribute : Attribute => [.. Read<TAttribute>(type)];

    /// <summary>The name that user code knows the member by; results of validation come back under it.</summary>
    public static string ClrName(JsonPropertyInfo property) =>
        (property.AttributeProvider as MemberInfo)?.Name ?? property.AssociatedParameter?.Name ?? property.Name;

    public static string? DisplayName(JsonPropertyInfo property) =>
        DisplayName(OfMember<DisplayAttribute>(property), OfMember<DisplayNameAttribute>(property));

    public static string? DisplayName(Type type) =>
        DisplayName(OfType<DisplayAttribute>(type), OfType<DisplayNameAttribute>(type));

    /// <summary>Whether the attribute is one of the framework's own that judges the value alone.</summary>
    public static bool NeedsNoContext(ValidationAttribute attribute) =>
        attribute is { RequiresValidationContext: false } and not CustomValidationAttribute && attribute.GetType().Assembly == typeof(ValidationAttribute).Assembly;

    private static string? DisplayName(DisplayAttribute[] displays, DisplayNameAttribute[] names)
    {
        var name = displays.FirstOrDefault()?.GetName() ?? names.FirstOrDefault()?.DisplayName;
        return string.IsNullOrEmpty(name) ? null : name;
    }

    private static IEnumerable<TAttribute> Read<TAttribute>(ICustomAttributeProvider? provider)
        where TAttribute : Attribute => provider switch
        {
            null => [],
            // Unlike the interface's method, this looks at overridden members too.
            MemberInfo member => Attribute.GetCustomAttributes(member, typeof(TAttribute), inherit: true).Cast<TAttribute>(),
            ParameterInfo parameter => parameter.GetCustomAttributes<TAttribute>(inherit: true),
            _ => provider.GetCustomAttributes(typeof(TAttribute), inherit: true).Cast<TAttribute>(),
        };
}

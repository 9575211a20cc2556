using System.ComponentModel.DataAnnotations;

namespace BackgroundTasks.Payloads;

/// <summary>What there is to validate about the values of one type. Plans form a graph, cyclic where the types are; whole and unchanging once the builder hands them out.</summary>
internal sealed class PayloadTypePlan
{
    public PayloadMemberPlan[] Members { get; set; } = [];

    public ValidationAttribute[] Attributes { get; set; } = [];

    /// <summary>The plan of a collection's items or a dictionary's values.</summary>
    public PayloadTypePlan? Element { get; set; }

    public bool IsDictionary { get; set; }

    public bool ValidatesItself { get; set; }

    public string? DisplayName { get; set; }

    /// <summary>The types a polymorphic value may have instead.</summary>
    public Dictionary<Type, PayloadTypePlan> Derived { get; } = [];

    /// <summary>JSON names by the names that validation results use.</summary>
    public Dictionary<string, string> JsonNames { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether a value must be looked at: something here or below validates.</summary>
    public bool HasWork { get; set; }

    public bool HasOwnWork => ValidatesItself || Attributes.Length > 0 || Members.Any(member => member.Attributes.Length > 0);

    public IEnumerable<PayloadTypePlan> Next()
    {
        var below = Members.Select(member => member.Type).Concat(Derived.Values);
        return Element is null ? below : below.Append(Element);
    }

    public PayloadTypePlan For(object value) => Derived.Count == 0 ? this : Derived.GetValueOrDefault(value.GetType(), this);
}

/// <summary>What there is to validate about one member.</summary>
/// <param name="JsonName">Its name for the client.</param>
/// <param name="ClrName">Its name for the user's validation code.</param>
/// <param name="DisplayName">Its name in messages.</param>
/// <param name="Get">Reads it.</param>
/// <param name="Attributes">Its attributes, <c>[Required]</c> first: when that one fails, the others say nothing new.</param>
/// <param name="Type">The plan of its declared type.</param>
internal sealed record PayloadMemberPlan(
    string JsonName, string ClrName, string DisplayName, Func<object, object?> Get, ValidationAttribute[] Attributes, PayloadTypePlan Type);

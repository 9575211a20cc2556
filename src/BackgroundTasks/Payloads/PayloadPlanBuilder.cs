using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace BackgroundTasks.Payloads;

/// <summary>Makes the plan of a type and of all that can be reached from it, once.</summary>
internal sealed class PayloadPlanBuilder
{
    private readonly JsonSerializerOptions _options;
    private readonly Dictionary<Type, PayloadTypePlan> _plans = [];

    private PayloadPlanBuilder(JsonSerializerOptions options) => _options = options;

    public static PayloadTypePlan Build(JsonSerializerOptions options, Type type)
    {
        var builder = new PayloadPlanBuilder(options);
        var root = builder.Plan(type);
        builder.MarkWork();
        return root;
    }

    private PayloadTypePlan Plan(Type declared)
    {
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        if (_plans.TryGetValue(type, out var known))
            return known;

        // Known before it is whole: a type may lead back to itself.
        var plan = new PayloadTypePlan();
        _plans.Add(type, plan);
        plan.Attributes = PayloadAttributes.OfType<ValidationAttribute>(type);
        plan.ValidatesItself = type.IsAssignableTo(typeof(IValidatableObject));
        plan.DisplayName = PayloadAttributes.DisplayName(type);
        if (PayloadMembers.FindInfo(_options, type) is { } info)
            Fill(plan, info);

        return plan;
    }

    private void Fill(PayloadTypePlan plan, JsonTypeInfo info)
    {
        if (info.Kind == JsonTypeInfoKind.Object)
            plan.Members = [.. info.Properties.Where(property => property is { Get: not null, IsExtensionData: false }).Select(Plan)];
        else if (info is { Kind: JsonTypeInfoKind.Enumerable or JsonTypeInfoKind.Dictionary, ElementType: { } element })
            (plan.Element, plan.IsDictionary) = (Plan(element), info.Kind == JsonTypeInfoKind.Dictionary);

        foreach (var member in plan.Members)
            plan.JsonNames.TryAdd(member.ClrName, member.JsonName);

        foreach (var derived in info.PolymorphismOptions?.DerivedTypes ?? [])
        {
            if (derived.DerivedType != info.Type)
                plan.Derived[derived.DerivedType] = Plan(derived.DerivedType);
        }
    }

    private PayloadMemberPlan Plan(JsonPropertyInfo property)
    {
        var clrName = PayloadAttributes.ClrName(property);
        var displayName = PayloadAttributes.DisplayName(property) ?? (property.Name.Length > 0 ? property.Name : clrName);
        ValidationAttribute[] attributes =
            [.. PayloadAttributes.OfMember<ValidationAttribute>(property).OrderBy(attribute => attribute is not RequiredAttribute)];
        return new(property.Name, clrName, displayName, property.Get!, attributes, Plan(property.PropertyType));
    }

    private void MarkWork()
    {
        foreach (var plan in _plans.Values)
            plan.HasWork = plan.HasOwnWork;

        // Work rises from what is contained to what contains it; cycles make it more than one round.
        for (var changed = true; changed;)
        {
            changed = false;
            foreach (var plan in _plans.Values.Where(plan => !plan.HasWork && plan.Next().Any(next => next.HasWork)))
                changed = plan.HasWork = true;
        }

        foreach (var plan in _plans.Values)
            plan.Members = [.. plan.Members.Where(member => member.Attributes.Length > 0 || member.Type.HasWork)];
    }
}

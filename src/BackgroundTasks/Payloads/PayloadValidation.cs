using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace BackgroundTasks.Payloads;

/// <summary>One validation of one payload. It keeps the way down as segments, and makes paths and errors only for what is wrong.</summary>
internal ref struct PayloadValidation
{
    /// <summary>How many objects deep it goes. Deeper is an error: what cannot be validated must not pass as valid.</summary>
    public const int MaxDepth = 32;

    private readonly string _root;
    private List<(string? Name, int Index)>? _way;
    private PayloadErrors? _errors;

    private PayloadValidation(string root) => _root = root;

    /// <summary>Null if nothing is wrong.</summary>
    public static PayloadErrors? FindErrors(object value, PayloadTypePlan plan, string root)
    {
        var validation = new PayloadValidation(root);
        validation.Visit(value, plan, depth: 0);
        return validation._errors;
    }

    private readonly int Count => _errors?.Count ?? 0;

    private void Add(string path, string message) => (_errors ??= new()).Add(path, message);

    private void Visit(object value, PayloadTypePlan declared, int depth)
    {
        var plan = declared.For(value);
        if (!plan.HasWork || _errors is { IsFull: true })
            return;

        if (depth >= MaxDepth)
        {
            Add(Path(), string.Create(CultureInfo.InvariantCulture, $"is nested too deeply; {MaxDepth} levels are the most"));
            return;
        }

        var before = Count;
        if (plan.Element is { HasWork: true } element)
            VisitItems(value, plan, element, element.Element is null ? depth : depth + 1);

        ValidationContext? context = null;
        foreach (var member in plan.Members)
            VisitMember(value, plan, member, ref context, depth);

        // As everywhere with these attributes, the whole is judged only when its parts are sound: its rules lean on them.
        if (Count == before)
            VisitWhole(value, plan, context);
    }

    private void VisitMember(object owner, PayloadTypePlan plan, PayloadMemberPlan member, ref ValidationContext? context, int depth)
    {
        var value = member.Get(owner);
        foreach (var attribute in member.Attributes)
        {
            // A context costs more than most attributes, of which the framework's own look at the value alone.
            if (PayloadAttributes.NeedsNoContext(attribute) && attribute.IsValid(value))
                continue;

            context ??= CreateContext(owner, member);
            context.MemberName = member.ClrName;
            context.DisplayName = member.DisplayName;
            if (attribute.GetValidationResult(value, context) is not { } result)
                continue;

            Report(result, plan, member, attribute);
            if (attribute is RequiredAttribute)
                return;
        }

        if (value is null || !member.Type.HasWork)
            return;

        (_way ??= []).Add((member.JsonName, 0));
        Visit(value, member.Type, depth + 1);
        _way.RemoveAt(_way.Count - 1);
    }

    private void VisitItems(object value, PayloadTypePlan plan, PayloadTypePlan element, int depth)
    {
        if (plan.IsDictionary && value is IDictionary dictionary)
        {
            foreach (DictionaryEntry entry in dictionary)
                VisitItem(entry.Value, (Convert.ToString(entry.Key, CultureInfo.InvariantCulture), 0), element, depth);
        }
        else if (!plan.IsDictionary && value is IEnumerable items)
        {
            var index = 0;
            foreach (var item in items)
                VisitItem(item, (null, index++), element, depth);
        }
    }

    private void VisitItem(object? item, (string? Name, int Index) segment, PayloadTypePlan element, int depth)
    {
        if (item is null)
            return;

        (_way ??= []).Add(segment);
        Visit(item, element, depth);
        _way.RemoveAt(_way.Count - 1);
    }

    private void VisitWhole(object value, PayloadTypePlan plan, ValidationContext? context)
    {
        if (plan.Attributes.Length == 0 && !plan.ValidatesItself)
            return;

        var name = plan.DisplayName ?? (_way is [.., var (last, _)] ? last : _root);
        name = string.IsNullOrEmpty(name) ? "payload" : name;
        context ??= new ValidationContext(value, name, null, null);
        (context.MemberName, context.DisplayName) = (null, name);

        var before = Count;
        foreach (var attribute in plan.Attributes)
        {
            if (attribute.GetValidationResult(value, context) is { } result)
                Report(result, plan, member: null, attribute);
        }

        if (Count > before || value is not IValidatableObject validatable)
            return;

        foreach (var result in validatable.Validate(context) ?? [])
        {
            if (result is not null)
                Report(result, plan, member: null, attribute: null);
        }
    }

    private void Report(ValidationResult result, PayloadTypePlan plan, PayloadMemberPlan? member, ValidationAttribute? attribute)
    {
        var message = result.ErrorMessage ?? PayloadExpectations.Invalid;
        if (attribute is CompareAttribute { OtherProperty: var other } && plan.JsonNames.TryGetValue(other, out var otherName))
            message = message.Replace($"'{other}'", $"'{otherName}'", StringComparison.Ordinal);

        var own = Path();
        var named = false;
        foreach (var name in result.MemberNames.Where(name => !string.IsNullOrEmpty(name)))
        {
            named = true;
            Add(PayloadPath.Member(own, name == member?.ClrName ? member.JsonName : plan.JsonNames.GetValueOrDefault(name, name)), message);
        }

        if (!named)
            Add(member is null ? own : PayloadPath.Member(own, member.JsonName), message);
    }

    private static ValidationContext CreateContext(object value, PayloadMemberPlan member) => new(value, member.DisplayName, null, null);

    private readonly string Path()
    {
        var path = _root;
        foreach (var (name, index) in _way ?? [])
            path = name is null ? PayloadPath.Item(path, index) : PayloadPath.Member(path, name);

        return path;
    }
}

using System.Collections;
using System.ComponentModel;
using System.Globalization;
using System.Reflection;

namespace BackgroundTasks.Api.Hosting;

/// <summary>A part of the names of settings: a section with what is below it, or a setting.</summary>
/// <param name="name">The last part of its path.</param>
/// <param name="declaredBy">The member of an options type that it is read into; null for a section.</param>
/// <param name="byDefault">What it is if it is not set.</param>
internal sealed class SettingName(string name, PropertyInfo? declaredBy = null, object? byDefault = null)
{
    /// <summary>Stands for a name that is chosen freely, as that of a queue.</summary>
    public const string Any = "<name>";

    /// <summary>Stands for the number of an entry of a list.</summary>
    public const string Number = "<number>";

    private readonly Dictionary<string, SettingName> _below = new(StringComparer.OrdinalIgnoreCase);

    public string Name => name;

    public PropertyInfo? DeclaredBy => declaredBy;

    public IReadOnlyCollection<SettingName> Below => _below.Values;

    /// <summary>The default, as it is written in a setting; empty if there is none.</summary>
    public string Default => byDefault switch
    {
        null => "",
        TimeSpan time => time.ToString("c"),
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(byDefault, CultureInfo.InvariantCulture)!,
    };

    /// <summary>How a value that cannot be read should be written; null if this one can be read.</summary>
    /// <param name="value">The value; null if there is none.</param>
    public string? FormFor(string? value)
    {
        // Names of an enumeration have a message of their own, which lists them.
        var type = declaredBy is null ? typeof(string) : Nullable.GetUnderlyingType(declaredBy.PropertyType) ?? declaredBy.PropertyType;
        if (value is null || !IsValue(type) || type.IsEnum || type == typeof(string) || (value.Length == 0 && type != declaredBy!.PropertyType) || IsReadable(type, value))
            return null;
        var form = Type.GetTypeCode(type) switch
        {
            TypeCode.Boolean => "true or false",
            TypeCode.Int32 => $"a whole number up to {int.MaxValue}",
            TypeCode.Int64 => $"a whole number up to {long.MaxValue}",
            _ when type == typeof(TimeSpan) => "a time as [days.]hours:minutes:seconds",
            _ => $"a {type.Name}",
        };
        return Default.Length > 0 ? $"{form}, such as {Default}" : form;
    }

    public SettingName? Find(string part) => _below.TryGetValue(part, out var found) || _below.TryGetValue(Any, out found)
        || (_below.TryGetValue(Number, out found) && int.TryParse(part, CultureInfo.InvariantCulture, out _)) ? found : null;

    /// <summary>Adds the members of an options type below a path such as <c>BackgroundTasks:Types:&lt;name&gt;</c>.</summary>
    /// <param name="path">The path, relative to this.</param>
    /// <param name="options">The type; it has a constructor without parameters.</param>
    public void Add(string path, Type options)
    {
        var section = this;
        foreach (var part in path.Split(':'))
        {
            if (!section._below.TryGetValue(part, out var next))
                section._below[part] = next = new SettingName(part);
            section = next;
        }

        section.AddMembers(options);
    }

    private void AddMembers(Type options)
    {
        var defaults = Activator.CreateInstance(options);
        foreach (var property in options.GetProperties(BindingFlags.Instance | BindingFlags.Public))
        {
            var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            if (IsValue(type))
            {
                if (property.SetMethod is { IsPublic: true })
                    _below[property.Name] = new SettingName(property.Name, property, property.GetValue(defaults));
            }
            else if (typeof(IDictionary).IsAssignableFrom(type))
            {
                AddEntries(property, Any, type.GetGenericArguments()[1]);
            }
            else if (type.IsArray || typeof(IList).IsAssignableFrom(type))
            {
                AddEntries(property, Number, type.IsArray ? type.GetElementType()! : type.GetGenericArguments()[0]);
            }
            else if (type is { IsClass: true, IsAbstract: false } && type.Namespace?.StartsWith(nameof(BackgroundTasks), StringComparison.Ordinal) is true)
            {
                _below[property.Name] = new SettingName(property.Name);
                _below[property.Name].AddMembers(type);
            }
        }
    }

    /// <summary>Whether the configuration reads it.</summary>
    private static bool IsReadable(Type type, string value)
    {
        try
        {
            return TypeDescriptor.GetConverter(type).ConvertFromInvariantString(value) is not null;
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or NotSupportedException or OverflowException)
        {
            return false;
        }
    }

    private void AddEntries(PropertyInfo property, string key, Type entry)
    {
        var entries = _below[property.Name] = new SettingName(property.Name);
        entries._below[key] = IsValue(entry) ? new SettingName(key, property) : new SettingName(key);
        if (!IsValue(entry))
            entries._below[key].AddMembers(entry);
    }

    /// <summary>What a setting is written as in one line; the rest of the members, as a rule in code, no setting can say.</summary>
    private static bool IsValue(Type type) => type.IsPrimitive || type.IsEnum || type == typeof(string) || type == typeof(decimal) || type == typeof(TimeSpan)
        || type == typeof(DateTimeOffset) || type == typeof(Uri) || type == typeof(Guid);
}

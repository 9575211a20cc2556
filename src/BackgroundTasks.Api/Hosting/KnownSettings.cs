using BackgroundTasks.Api.Images;
using BackgroundTasks.Api.Notifications;
using BackgroundTasks.Api.PushNotifications;

namespace BackgroundTasks.Api.Hosting;

/// <summary>
/// The names of all settings: the members of the options types. A new member is known at once; a new options type stands here.
/// The settings of the platform (<c>Kestrel</c>, <c>Logging</c>, <c>Serilog</c>, …) are not ours to check.
/// </summary>
internal sealed class KnownSettings
{
    private readonly SettingName _root = new("");

    public KnownSettings()
    {
        _root.Add(ServiceOptions.Section, typeof(ServiceOptions));
        _root.Add("BackgroundTasks", typeof(BackgroundTasksOptions));
        _root.Add("BackgroundTasks:Types:<name>", typeof(BackgroundTaskTypeOptions));
        _root.Add(SmtpOptions.Section, typeof(SmtpOptions));
        _root.Add(PushNotificationOptions.Section, typeof(PushNotificationOptions));
        _root.Add(ImageOptions.Section, typeof(ImageOptions));
    }

    /// <summary>Whether a section is ours.</summary>
    /// <param name="section">Its name.</param>
    public bool IsOurs(string section) => _root.Find(section) is not null;

    /// <summary>Every setting with its path.</summary>
    public IEnumerable<(string Path, SettingName Setting)> All() => Below(_root, "");

    /// <summary>What is said of each name that is not known: it, and the nearest that is.</summary>
    /// <param name="configuration">The whole configuration, whatever its sources.</param>
    public IReadOnlyList<string> FindUnknown(IConfiguration configuration)
    {
        var unknown = new List<string>();
        foreach (var section in configuration.GetChildren().Where(static section => section.GetChildren().Any()))
        {
            // A section of another name is somebody else's, but not one whose name is ours but for a slip.
            if (_root.Find(section.Key) is { } ours)
                AddUnknown(ours, section, unknown);
            else if (_root.Below.Any(known => Distance.Between(known.Name, section.Key) <= known.Name.Length / 4))
                unknown.AddRange(section.AsEnumerable().Where(static setting => setting.Value is not null).Select(setting => Describe(setting.Key, Nearest(setting.Key))));
        }

        return unknown;
    }

    /// <summary>What is said of each value that cannot be read: it, and how it is written.</summary>
    /// <param name="configuration">The whole configuration, whatever its sources.</param>
    public IReadOnlyList<string> FindUnreadable(IConfiguration configuration) =>
        [.. configuration.GetChildren().SelectMany(section => _root.Find(section.Key) is { } ours ? Unreadable(ours, section) : [])];

    /// <summary>The known setting whose name is nearest to a path; freely chosen parts are taken over from it.</summary>
    /// <param name="path">The path.</param>
    public string Nearest(string path)
    {
        var parts = path.Split(':');
        var nearest = All().Select(static known => (known.Setting.Name is SettingName.Number ? known.Path[..known.Path.LastIndexOf(':')] : known.Path).Split(':'))
            .Where(known => !IsOurs(parts[0]) || string.Equals(known[0], parts[0], StringComparison.OrdinalIgnoreCase))
            .MinBy(known => FarnessOf(known, parts))!;
        return string.Join(':', nearest.Select((part, at) => part is SettingName.Any && at < parts.Length - 1 ? parts[at] : part));
    }

    private static string Describe(string path, string nearest) => $"{path} is not a setting. The nearest one is {nearest}; --help lists them all.";

    private void AddUnknown(SettingName known, IConfigurationSection section, List<string> unknown)
    {
        foreach (var child in section.GetChildren())
        {
            if (known.Find(child.Key) is { } name)
                AddUnknown(name, child, unknown);
            else
                unknown.Add(Describe(child.Path, known.Below.Count == 0 ? section.Path : Nearest(known, child)));
        }
    }

    private static IEnumerable<string> Unreadable(SettingName known, IConfigurationSection section) => known.FormFor(section.Value) is { } form
        ? [$"{section.Path} is '{section.Value}'; write {form}."]
        : section.GetChildren().SelectMany(child => known.Find(child.Key) is { } name ? Unreadable(name, child) : []);

    /// <summary>If no setting has a name like it, one of its own section says more than one of another.</summary>
    private string Nearest(SettingName section, IConfigurationSection unknown)
    {
        var nearest = Nearest(unknown.Path);
        if (Distance.Between(nearest.Split(':')[^1], unknown.Key) <= unknown.Key.Length / 2)
            return nearest;
        return Below(section, unknown.Path[..^unknown.Key.Length])
            .MinBy(known => Distance.Between(known.Setting.Name, unknown.Key)).Path.Replace(SettingName.Number, "0", StringComparison.Ordinal);
    }

    private static IEnumerable<(string Path, SettingName Setting)> Below(SettingName section, string path) => section.Below.SelectMany(setting =>
        setting.Below.Count == 0 ? [($"{path}{setting.Name}", setting)] : Below(setting, $"{path}{setting.Name}:"));

    /// <summary>By the last part first: who forgets or misspells a section mostly has the setting's own name right.</summary>
    private static int FarnessOf(string[] known, string[] parts)
    {
        var sections = 0;
        for (var i = 0; i < Math.Max(known.Length, parts.Length) - 1; i++)
        {
            var (one, other) = (i < known.Length - 1 ? known[i] : "", i < parts.Length - 1 ? parts[i] : "");
            sections += one is SettingName.Any ? 0 : Distance.Between(one, other);
        }

        return (Distance.Between(known[^1], parts[^1]) * 100) + sections;
    }
}

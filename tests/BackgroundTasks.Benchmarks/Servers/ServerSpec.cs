namespace BackgroundTasks.Benchmarks;

/// <summary>How a server is started.</summary>
/// <param name="Name">As it is printed.</param>
/// <param name="Program">The program.</param>
/// <param name="Arguments">Its arguments, given its address.</param>
internal sealed record ServerSpec(string Name, string Program, Func<Uri, string[]> Arguments)
{
    private const string Type = "wait";

    /// <summary>Settings on top of the process's own.</summary>
    public Dictionary<string, string> Environment { get; init; } = [];

    public bool IsDotnet { get; init; } = true;

    /// <summary>The body of a submit.</summary>
    public string Body { get; init; } = $$$"""{"type":"{{{Type}}}","payload":{"seconds":0},"tags":{"tenant":"{{{new string('x', 38)}}}"}}""";

    /// <summary>The service as it is built.</summary>
    /// <param name="name">As it is printed.</param>
    /// <param name="settings">What differs from the settings as shipped.</param>
    public static ServerSpec Service(string name, params (string Name, string Value)[] settings) => new(name, "dotnet", static _ => [Beside("BackgroundTasks.Api.dll")])
    {
        Environment = settings.ToDictionary(setting => setting.Name.Replace(":", "__", StringComparison.Ordinal), setting => setting.Value),
    };

    /// <summary>A server of this program.</summary>
    /// <param name="name">As it is printed.</param>
    /// <param name="arguments">The command that runs it; its address is added.</param>
    public static ServerSpec Own(string name, params string[] arguments) =>
        new(name, "dotnet", address => [Beside("BackgroundTasks.Benchmarks.dll"), .. arguments, address.ToString()]);

    private static string Beside(string file) => Path.Combine(AppContext.BaseDirectory, file);
}

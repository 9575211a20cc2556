namespace BackgroundTasks.Benchmarks;

/// <summary>How a server is started.</summary>
/// <param name="Name">As it is printed.</param>
/// <param name="Program">The program.</param>
/// <param name="Arguments">Its arguments, given its address.</param>
internal sealed record ServerSpec(string Name, string Program, Func<Uri, string[]> Arguments)
{
    /// <summary>Settings on top of the process's own.</summary>
    public Dictionary<string, string> Environment { get; init; } = [];

    public bool IsDotnet { get; init; } = true;

    public Side Side { get; init; } = Side.Peer;

    /// <summary>The body of a submit, equally long for all.</summary>
    public string Body { get; init; } = $$$"""{"type":"echo","payload":{"text":"{{{new string('p', 61)}}}"}}""";

    /// <summary>Whether a submit can wait for the end of its task.</summary>
    public bool CanWait { get; init; }

    /// <summary>The service as it is built.</summary>
    /// <param name="name">As it is printed.</param>
    /// <param name="settings">What differs from the settings as shipped.</param>
    public static ServerSpec Service(string name, params (string Name, string Value)[] settings) => new(name, "dotnet", static _ => [Path.Combine(AppContext.BaseDirectory, "BackgroundTasks.Api.dll")])
    {
        Side = Side.Ours,
        Body = $$$"""{"type":"wait","payload":{"seconds":0},"tags":{"tenant":"{{{new string('x', 38)}}}"}}""",
        CanWait = true,
        Environment = settings.ToDictionary(setting => setting.Name.Replace(":", "__", StringComparison.Ordinal), setting => setting.Value),
    };

    /// <summary>A server of this program.</summary>
    /// <param name="name">As it is printed.</param>
    /// <param name="arguments">The command that runs it; its address is added.</param>
    public static ServerSpec Own(string name, params string[] arguments) =>
        new(name, "dotnet", address => [OwnProgram.Path, .. arguments, address.ToString()]);
}

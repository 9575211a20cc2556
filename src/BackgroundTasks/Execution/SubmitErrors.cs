namespace BackgroundTasks.Execution;

/// <summary>What is wrong with a submit, by JSON path. Nothing is allocated until something is.</summary>
internal struct SubmitErrors(Dictionary<string, string[]>? found)
{
    /// <summary>Null if nothing is wrong.</summary>
    public Dictionary<string, string[]>? All { get; private set; } = found;

    public readonly int Count => All?.Count ?? 0;

    public string this[string path]
    {
        set => (All ??= new(StringComparer.Ordinal))[path] = [value];
    }
}

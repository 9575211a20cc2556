namespace BackgroundTasks.Benchmarks;

/// <summary>What the program can be told to do.</summary>
/// <param name="Name">Its first argument.</param>
/// <param name="Arguments">The others.</param>
/// <param name="Text">What it measures.</param>
/// <param name="RunAsync">Does it; returns the exit code.</param>
internal sealed record Command(string Name, string Arguments, string Text, Func<string[], Task<int>> RunAsync)
{
    /// <summary>Run by another command, not by a person.</summary>
    public bool IsInternal { get; init; }
}

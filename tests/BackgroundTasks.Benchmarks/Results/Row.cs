namespace BackgroundTasks.Benchmarks;

/// <summary>Whose figures a row has.</summary>
internal enum Side
{
    /// <summary>What the others are compared with.</summary>
    Base,
    Ours,
    Peer,
}

/// <summary>A line of the results. The first of a group is what the others are compared with.</summary>
/// <param name="Group">What is measured.</param>
/// <param name="Name">Who is.</param>
/// <param name="Side">Whose figures these are.</param>
internal sealed record Row(string Group, string Name, Side Side)
{
    public double? PerSecond { get; init; }

    /// <summary>Against the first of the group, in the same run.</summary>
    public double? Ratio { get; init; }

    /// <summary>Microseconds of a processor for each, of the measured process alone.</summary>
    public double? Cpu { get; init; }

    /// <summary>Allocated for each.</summary>
    public double? Bytes { get; init; }

    /// <summary>Milliseconds.</summary>
    public double? P50 { get; init; }

    /// <summary>Milliseconds.</summary>
    public double? P99 { get; init; }

    /// <summary>Working set after the start, in MB.</summary>
    public double? MemoryBefore { get; init; }

    /// <summary>Working set at the end, in MB.</summary>
    public double? MemoryAfter { get; init; }

    /// <summary>Why there are no figures, or what is special about them.</summary>
    public string? Note { get; init; }
}

namespace BackgroundTasks.Stores;

/// <summary>What an index knows of a task beside its id: its state, one of the three of its index, and whether its id tells the time of its creation.</summary>
[Flags]
internal enum IndexMarks : byte
{
    /// <summary>Nothing is there.</summary>
    None = 0,

    /// <summary>Scheduled or succeeded.</summary>
    First = 1,

    /// <summary>Queued or failed.</summary>
    Second = 2,

    /// <summary>Running or canceled.</summary>
    Third = 4,

    /// <summary>The time in its id is not that of its creation: it was given by another program, or the clock was set back.</summary>
    Stray = 8,
}

namespace BackgroundTasks.Stores;

/// <summary>A set of terminal states, which are counted from succeeded.</summary>
internal readonly record struct TerminalStates(int Bits)
{
    public static readonly TerminalStates All = new(0b111);

    /// <summary>What a filter asks for: none named is all of them, and live ones do not count.</summary>
    public static TerminalStates Of(IReadOnlyCollection<BackgroundTaskState> states) => states.Count == 0 ? All
        : new(states.Where(state => state >= BackgroundTaskState.Succeeded).Aggregate(0, (bits, state) => bits | (1 << (state - BackgroundTaskState.Succeeded))));

    public bool Has(int state) => (Bits & (1 << state)) != 0;

    public bool Has(BackgroundTaskState state) => Has(state - BackgroundTaskState.Succeeded);
}

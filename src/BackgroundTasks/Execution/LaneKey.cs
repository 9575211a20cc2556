namespace BackgroundTasks.Execution;

/// <summary>Which lane a task waits in.</summary>
/// <param name="Type">Its type.</param>
/// <param name="IsLastChance">It fails if its process is lost under it once more, and runs beside no other such.</param>
internal readonly record struct LaneKey(string Type, bool IsLastChance);

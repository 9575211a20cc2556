namespace BackgroundTasks;

/// <summary>The names under which background tasks tell of themselves: give them to <c>AddMeter</c> and <c>AddSource</c> of OpenTelemetry.</summary>
public static class BackgroundTasksDiagnostics
{
    /// <summary>The meter of all metrics.</summary>
    public const string MeterName = "BackgroundTasks";

    /// <summary>The source of the activities: one where a task is submitted, and one for each attempt.</summary>
    public const string ActivitySourceName = "BackgroundTasks";
}

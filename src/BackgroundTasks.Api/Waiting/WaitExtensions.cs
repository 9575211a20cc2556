namespace BackgroundTasks.Api.Waiting;

/// <summary>Adds waiting.</summary>
internal static class WaitExtensions
{
    /// <summary>The task type's name.</summary>
    public const string TaskType = "wait";

    /// <summary>Adds the task type <c>wait</c>.</summary>
    /// <param name="builder">The builder.</param>
    public static BackgroundTasksBuilder AddWaiting(this BackgroundTasksBuilder builder) =>
        builder.AddHandler<WaitHandler, WaitPayload, WaitResult>(TaskType, static type =>
        {
            type.Description = "Waits, as work does that awaits something else; takes no thread.";
            type.Example = new WaitPayload(2);
        });
}

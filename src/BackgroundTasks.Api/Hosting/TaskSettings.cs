namespace BackgroundTasks.Api.Hosting;

/// <summary>The section <c>BackgroundTasks</c>.</summary>
internal static class TaskSettings
{
    private const string Section = "BackgroundTasks";

    /// <summary>Binds it. Queues one by one: within a dictionary the binder skips what it cannot read, and a queue must not run with other settings than were meant.</summary>
    /// <param name="builder">The service.</param>
    public static void AddTaskSettings(this WebApplicationBuilder builder) => builder.Services.Configure<BackgroundTasksOptions>(options =>
    {
        builder.Configuration.Bind(Section, options);
        foreach (var settings in builder.Configuration.GetSection($"{Section}:{nameof(options.Queues)}").GetChildren())
        {
            var queue = new BackgroundTaskQueueOptions();
            try
            {
                settings.Bind(queue, static binder => binder.ErrorOnUnknownConfiguration = true);
            }
            catch (InvalidOperationException exception)
            {
                throw new InvalidOperationException($"{settings.Path} is wrong; it has {nameof(queue.Workers)} and {nameof(queue.Capacity)}, whole numbers. {exception.InnerException?.Message ?? exception.Message}", exception);
            }

            options.Queues[settings.Key] = queue;
        }
    });
}

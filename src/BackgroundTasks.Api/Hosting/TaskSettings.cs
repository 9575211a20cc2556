using Microsoft.Extensions.Options;

namespace BackgroundTasks.Api.Hosting;

/// <summary>The section <c>BackgroundTasks</c>.</summary>
internal static class TaskSettings
{
    private const string Section = "BackgroundTasks";

    /// <summary>Binds it. Queues one by one: within a dictionary the binder skips what it cannot read, and a queue must not run with other settings than were meant.</summary>
    /// <param name="builder">The service.</param>
    public static void AddTaskSettings(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IPostConfigureOptions<BackgroundTaskTypeOptions>, TypeSettings>();
        builder.Services.Configure<BackgroundTasksOptions>(options => Read(builder.Configuration, options));
    }

    private static void Read(ConfigurationManager configuration, BackgroundTasksOptions options)
    {
        string[] queues = [.. options.Queues.Keys, BackgroundTasksOptions.DefaultQueue];
        configuration.Bind(Section, options);
        if (configuration[$"{Section}:{nameof(options.Queues)}"] is { Length: > 0 } single)
            throw new InvalidOperationException($"{Section}:{nameof(options.Queues)} is '{single}'; name a queue and a setting: {Section}:{nameof(options.Queues)}:default:{nameof(BackgroundTaskQueueOptions.Workers)}.");
        foreach (var settings in configuration.GetSection($"{Section}:{nameof(options.Queues)}").GetChildren())
        {
            var queue = new BackgroundTaskQueueOptions();
            if (settings.Value is { Length: > 0 } value)
                throw new InvalidOperationException($"{settings.Path} is '{value}'; name a setting: {settings.Path}:{nameof(queue.Workers)}, {settings.Path}:{nameof(queue.BlockingWorkers)} or {settings.Path}:{nameof(queue.Capacity)}.");
            try
            {
                settings.Bind(queue, static binder => binder.ErrorOnUnknownConfiguration = true);
            }
            catch (InvalidOperationException exception)
            {
                throw new InvalidOperationException($"{settings.Path} is wrong; it has {nameof(queue.Workers)}, {nameof(queue.BlockingWorkers)} and {nameof(queue.Capacity)}, whole numbers. {exception.InnerException?.Message ?? exception.Message}", exception);
            }

            // The names of settings ignore case, as in the environment, and those of queues do not: a queue that exists is meant.
            options.Queues.Remove(settings.Key);
            options.Queues[queues.FirstOrDefault(name => string.Equals(name, settings.Key, StringComparison.OrdinalIgnoreCase)) ?? settings.Key] = queue;
        }
    }
}

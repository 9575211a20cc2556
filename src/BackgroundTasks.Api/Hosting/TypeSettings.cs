using Microsoft.Extensions.Options;

namespace BackgroundTasks.Api.Hosting;

/// <summary>The sections <c>BackgroundTasks:Types:&lt;name&gt;</c>, laid over what the code says of a task type.</summary>
/// <param name="configuration">The whole configuration.</param>
internal sealed class TypeSettings(IConfiguration configuration) : IPostConfigureOptions<BackgroundTaskTypeOptions>
{
    private const string Section = "BackgroundTasks:Types";
    private const string Known = "Queue, MaxAttempts, Timeout, FirstRetryDelay, MaxRetryDelay, MaxConcurrency and RateLimit (Permits, Period, Burst)";

    public void PostConfigure(string? name, BackgroundTaskTypeOptions options)
    {
        var settings = configuration.GetSection($"{Section}:{name}");
        try
        {
            settings.Bind(options, static binder => binder.ErrorOnUnknownConfiguration = true);
        }
        catch (InvalidOperationException exception)
        {
            throw new InvalidOperationException($"{settings.Path} is wrong; it has {Known}. {exception.InnerException?.Message ?? exception.Message}", exception);
        }
    }

    /// <summary>Settings of a type that is not there are meant for another one. The names of settings ignore case.</summary>
    /// <param name="app">The service.</param>
    public static void CheckNames(WebApplication app)
    {
        var types = app.Services.GetRequiredService<IBackgroundTaskTypes>();
        foreach (var settings in app.Configuration.GetSection(Section).GetChildren())
        {
            if (!types.List().Any(type => string.Equals(type.Name, settings.Key, StringComparison.OrdinalIgnoreCase)))
                throw new InvalidOperationException($"{settings.Path} names no task type. There are: {string.Join(", ", types.List().Select(type => type.Name))}.");
        }
    }
}

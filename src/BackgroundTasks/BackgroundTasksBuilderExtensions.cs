using BackgroundTasks;
using BackgroundTasks.TaskTypes;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds handlers.</summary>
public static class BackgroundTasksBuilderExtensions
{
    /// <summary>Registers a handler class. An instance is made for each attempt, in a scope of its own.</summary>
    /// <typeparam name="THandler">The handler.</typeparam>
    /// <typeparam name="TPayload">Its input.</typeparam>
    /// <typeparam name="TResult">Its result.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="type">The task type's name: 1 to 100 of <c>a-z A-Z 0-9 . _ -</c>. It is stored with each task, so do not change it lightly.</param>
    /// <param name="configure">The type's settings.</param>
    public static BackgroundTasksBuilder AddHandler<THandler, TPayload, TResult>(this BackgroundTasksBuilder builder, string type, Action<BackgroundTaskTypeOptions>? configure = null)
        where THandler : class, IBackgroundTaskHandler<TPayload, TResult>
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddTransient<THandler>();
        return builder.AddType<TPayload, TResult>(type, configure, static (payload, context, cancellationToken) =>
            context.Services.GetRequiredService<THandler>().HandleAsync(payload, context, cancellationToken));
    }

    /// <summary>Registers a delegate that returns a result.</summary>
    /// <typeparam name="TPayload">Its input.</typeparam>
    /// <typeparam name="TResult">Its result.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="type">The task type's name: 1 to 100 of <c>a-z A-Z 0-9 . _ -</c>.</param>
    /// <param name="handler">Runs one attempt; services of the attempt's scope are in the context.</param>
    /// <param name="configure">The type's settings.</param>
    public static BackgroundTasksBuilder AddHandler<TPayload, TResult>(this BackgroundTasksBuilder builder, string type, Func<TPayload, BackgroundTaskContext, CancellationToken, Task<TResult>> handler, Action<BackgroundTaskTypeOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(handler);
        return builder.AddType(type, configure, handler);
    }

    private static BackgroundTasksBuilder AddType<TPayload, TResult>(this BackgroundTasksBuilder builder, string type, Action<BackgroundTaskTypeOptions>? configure, Func<TPayload, BackgroundTaskContext, CancellationToken, Task<TResult>> handler)
    {
        if (!TaskName.IsValid(type))
            throw new ArgumentException($"'{type}' is not a name for a task type: use 1 to 100 of a-z, A-Z, 0-9, '.', '_' and '-'.", nameof(type));
        builder.Services.Configure<BackgroundTaskTypeOptions>(type, options => configure?.Invoke(options));
        builder.Services.AddSingleton<TaskType>(new TaskTypeOf<TPayload, TResult>(type, new BackgroundTaskTypeOptions(), handler));
        return builder;
    }
}

using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace BackgroundTasks.Client;

/// <summary>The same calls for types without a source-generated context: their JSON (camelCase) is found by reflection, which a trimmed program does not have.</summary>
[RequiresUnreferencedCode(Why)]
[RequiresDynamicCode(Why)]
public static class BackgroundTasksClientReflection
{
    private const string Why = "JSON by reflection needs members that trimming may remove. Give the JsonTypeInfo of a source-generated context.";

    /// <summary>As <see cref="BackgroundTasksClient.SubmitAsync{TPayload}"/>.</summary>
    /// <typeparam name="TPayload">What the handler takes.</typeparam>
    /// <param name="client">The client.</param>
    /// <param name="type">The task type.</param>
    /// <param name="payload">The handler's input.</param>
    /// <param name="options">How it is to run.</param>
    /// <param name="cancellationToken">Gives up the call; the task may have been accepted by then.</param>
    public static Task<BackgroundTaskSnapshot> SubmitAsync<TPayload>(this BackgroundTasksClient client, string type, TPayload payload, SubmitOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.SubmitAsync(type, payload, TypeInfo<TPayload>(), options, cancellationToken);
    }

    /// <summary>As <see cref="BackgroundTasksClient.Submit{TPayload}"/>.</summary>
    /// <typeparam name="TPayload">What the handler takes.</typeparam>
    /// <param name="client">The client.</param>
    /// <param name="type">The task type.</param>
    /// <param name="payload">The handler's input.</param>
    /// <param name="options">How it is to run.</param>
    /// <param name="cancellationToken">Gives up the call; the task may have been accepted by then.</param>
    public static BackgroundTaskSnapshot Submit<TPayload>(this BackgroundTasksClient client, string type, TPayload payload, SubmitOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.Submit(type, payload, TypeInfo<TPayload>(), options, cancellationToken);
    }

    /// <summary>As <see cref="BackgroundTasksClient.RunAsync{TPayload, TResult}"/>.</summary>
    /// <typeparam name="TPayload">What the handler takes.</typeparam>
    /// <typeparam name="TResult">What the handler returns.</typeparam>
    /// <param name="client">The client.</param>
    /// <param name="type">The task type.</param>
    /// <param name="payload">The handler's input.</param>
    /// <param name="timeout">How long to wait for the end, once it is accepted.</param>
    /// <param name="options">How it is to run.</param>
    /// <param name="cancellationToken">Gives up the call; a task that was accepted goes on.</param>
    public static Task<TResult?> RunAsync<TPayload, TResult>(this BackgroundTasksClient client, string type, TPayload payload, TimeSpan timeout, SubmitOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.RunAsync(type, payload, TypeInfo<TPayload>(), TypeInfo<TResult>(), timeout, options, cancellationToken);
    }

    /// <summary>As <see cref="BackgroundTaskSnapshot.GetResult{TResult}"/>.</summary>
    /// <typeparam name="TResult">What the handler returned.</typeparam>
    /// <param name="task">The task.</param>
    public static TResult? GetResult<TResult>(this BackgroundTaskSnapshot task)
    {
        ArgumentNullException.ThrowIfNull(task);
        return task.GetResult(TypeInfo<TResult>());
    }

    private static JsonTypeInfo<T> TypeInfo<T>() => (JsonTypeInfo<T>)JsonSerializerOptions.Web.GetTypeInfo(typeof(T));
}

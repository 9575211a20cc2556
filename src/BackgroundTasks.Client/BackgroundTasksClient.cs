using System.Text.Json.Serialization.Metadata;
using BackgroundTasks.Client.Http;

namespace BackgroundTasks.Client;

/// <summary>
/// Calls a BackgroundTasks service. Safe for many callers at once; keep one as long as its <see cref="HttpClient"/>, or let
/// <see cref="Microsoft.Extensions.DependencyInjection.BackgroundTasksClientServiceCollectionExtensions.AddBackgroundTasksClient"/> make it.
/// <para>
/// What is lost on the way is repeated, with pauses that grow, and a <c>Retry-After</c> is honoured: reads and whatever may be done twice, and submits
/// because each has a key by which the service knows it again. <see cref="RetryAsync"/>, <see cref="RetryManyAsync"/> and <see cref="RetryMoreAsync"/> are sent again only where the service
/// was not reached or refused. All of it is over after the times in <see cref="BackgroundTasksClientOptions"/>.
/// </para>
/// </summary>
/// <remarks>
/// Every call throws <see cref="RequestRefusedException"/> where the service says no, <see cref="BackgroundTaskNotFoundException"/> where it has no such task
/// (a <c>Find</c> is null then), <see cref="ServiceUnreachableException"/> where it does not answer, and <see cref="OperationCanceledException"/> where the caller cancels.
/// </remarks>
public sealed partial class BackgroundTasksClient
{
    private readonly BackgroundTasksClientOptions _options;
    private readonly Transport _transport;
    private readonly TimeSpan _pollWait;

    /// <summary>A client with the default options.</summary>
    /// <param name="httpClient">Its <see cref="HttpClient.BaseAddress"/> is the service's address, with the path that it is mapped under. It stays the caller's to dispose.</param>
    /// <exception cref="ArgumentException">There is no base address.</exception>
    public BackgroundTasksClient(HttpClient httpClient)
        : this(httpClient, new())
    {
    }

    /// <summary>A client.</summary>
    /// <param name="httpClient">Its <see cref="HttpClient.BaseAddress"/> is the service's address, with the path that it is mapped under. It stays the caller's to dispose.</param>
    /// <param name="options">How long it tries, waits and listens; not to be changed afterwards.</param>
    /// <exception cref="ArgumentException">There is no base address.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public BackgroundTasksClient(HttpClient httpClient, BackgroundTasksClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(httpClient);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var address = httpClient.BaseAddress ?? throw new ArgumentException("Set its BaseAddress to the service's address, such as http://localhost:5080.", nameof(httpClient));

        // A query or a fragment would take the slash, and the last part of the path be lost; a user is never sent, and would stand in messages.
        var root = new Uri(address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped).TrimEnd('/') + "/");
        _options = options;
        _transport = new Transport(httpClient, root, options);

        // An HttpClient that has a time-out of its own must not cut off an answer that is held on purpose.
        _pollWait = httpClient.Timeout == Timeout.InfiniteTimeSpan || httpClient.Timeout / 2 > options.PollWait ? options.PollWait : httpClient.Timeout / 2;
    }

    /// <summary>Submits a task and returns it as accepted; it runs later. However often the request has to be repeated, the task is accepted once.</summary>
    /// <typeparam name="TPayload">What the handler takes.</typeparam>
    /// <param name="type">The task type.</param>
    /// <param name="payload">The handler's input.</param>
    /// <param name="payloadType">How it is written as JSON; of a source-generated context.</param>
    /// <param name="options">How it is to run.</param>
    /// <param name="cancellationToken">Gives up the call; the task may have been accepted by then.</param>
    /// <exception cref="RequestRefusedException">The type is unknown, the payload is invalid, the queue is full.</exception>
    /// <exception cref="ServiceUnreachableException">No answer came. It has the key by which the submit can be repeated safely.</exception>
    public async Task<BackgroundTaskSnapshot> SubmitAsync<TPayload>(string type, TPayload payload, JsonTypeInfo<TPayload> payloadType, SubmitOptions? options = null, CancellationToken cancellationToken = default)
    {
        var call = SubmitBody.ToCall(type, payload, payloadType, options);
        return ReadTask(call, await _transport.SendAsync(call, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>The task as it is now; null where the service has none with this id.</summary>
    /// <param name="id">The task's id.</param>
    /// <param name="cancellationToken">Gives up the call.</param>
    public async Task<BackgroundTaskSnapshot?> FindAsync(string id, CancellationToken cancellationToken = default)
    {
        var call = new Call(HttpMethod.Get, Paths.Task(id));
        var answer = await _transport.SendAsync(call, cancellationToken).ConfigureAwait(false);
        return answer.IsUnknown ? null : ReadTask(call, answer);
    }

    private static BackgroundTaskSnapshot ReadTask(Call call, Answer answer) => Succeeded(call, answer).ReadTask(call);

    /// <summary>The answer of a call about one task.</summary>
    private static BackgroundTaskSnapshot ReadTask(Call call, Answer answer, string id) =>
        answer.IsUnknown ? throw new BackgroundTaskNotFoundException(id) : ReadTask(call, answer);

    private static Answer Succeeded(Call call, Answer answer) => answer.IsSuccess ? answer : throw Refusal.Of(call, answer);
}

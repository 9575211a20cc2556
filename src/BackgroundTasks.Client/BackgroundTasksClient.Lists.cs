using System.Runtime.CompilerServices;
using System.Text.Json.Serialization.Metadata;
using BackgroundTasks.Client.Http;

namespace BackgroundTasks.Client;

public sealed partial class BackgroundTasksClient
{
    /// <summary>The tasks that the filter selects, newest first. Pages are read as they are needed: take as many as you like.</summary>
    /// <param name="filter">Which tasks; all by default.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async IAsyncEnumerable<BackgroundTaskSnapshot> ListAsync(TaskFilter? filter = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        string? token = null;
        do
        {
            var page = await GetAsync(Paths.Tasks("tasks", filter, token), ClientJson.Default.TaskPage, cancellationToken).ConfigureAwait(false);
            foreach (var task in page.Tasks)
                yield return task;
            token = page.NextPageToken;
        }
        while (token is not null);
    }

    /// <summary>The task types of the service, by name.</summary>
    /// <param name="cancellationToken">Gives up the call.</param>
    public async Task<IReadOnlyList<TaskTypeSnapshot>> ListTaskTypesAsync(CancellationToken cancellationToken = default) =>
        (await GetAsync("task-types", ClientJson.Default.TaskTypeList, cancellationToken).ConfigureAwait(false)).TaskTypes;

    /// <summary>A task type; null where the service has none of this name.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Gives up the call.</param>
    public Task<TaskTypeSnapshot?> FindTaskTypeAsync(string name, CancellationToken cancellationToken = default) =>
        FindAsync(Paths.TaskType(name), ClientJson.Default.TaskTypeSnapshot, cancellationToken);

    /// <summary>The queues of the service, by name.</summary>
    /// <param name="cancellationToken">Gives up the call.</param>
    public async Task<IReadOnlyList<QueueSnapshot>> ListQueuesAsync(CancellationToken cancellationToken = default) =>
        (await GetAsync("queues", ClientJson.Default.QueueList, cancellationToken).ConfigureAwait(false)).Queues;

    /// <summary>A queue; null where the service has none of this name.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Gives up the call.</param>
    public Task<QueueSnapshot?> FindQueueAsync(string name, CancellationToken cancellationToken = default) =>
        FindAsync(Paths.Queue(name), ClientJson.Default.QueueSnapshot, cancellationToken);

    /// <summary>Starts no more of the queue's tasks until it is resumed; what runs goes on, and submits are accepted.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Gives up the call.</param>
    /// <exception cref="RequestRefusedException">404: the service has no such queue.</exception>
    public Task<QueueSnapshot> PauseQueueAsync(string name, CancellationToken cancellationToken = default) =>
        ChangeQueueAsync($"{Paths.Queue(name)}/pause", cancellationToken);

    /// <summary>Starts the queue's tasks again.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Gives up the call.</param>
    /// <exception cref="RequestRefusedException">404: the service has no such queue.</exception>
    public Task<QueueSnapshot> ResumeQueueAsync(string name, CancellationToken cancellationToken = default) =>
        ChangeQueueAsync($"{Paths.Queue(name)}/resume", cancellationToken);

    /// <summary>The processes that run the service's tasks.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task<IReadOnlyList<NodeSnapshot>> ListNodesAsync(CancellationToken cancellationToken = default) =>
        (await GetAsync("nodes", ClientJson.Default.NodeList, cancellationToken).ConfigureAwait(false)).Nodes;

    private async Task<QueueSnapshot> ChangeQueueAsync(string path, CancellationToken cancellationToken)
    {
        var call = new Call(HttpMethod.Post, path);
        return Succeeded(call, await _transport.SendAsync(call, cancellationToken).ConfigureAwait(false)).Read(call, ClientJson.Default.QueueSnapshot);
    }

    private async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        var call = new Call(HttpMethod.Get, path);
        return Succeeded(call, await _transport.SendAsync(call, cancellationToken).ConfigureAwait(false)).Read(call, type);
    }

    private async Task<T?> FindAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        var call = new Call(HttpMethod.Get, path);
        var answer = await _transport.SendAsync(call, cancellationToken).ConfigureAwait(false);
        return answer.IsUnknown ? null : Succeeded(call, answer).Read(call, type);
    }
}

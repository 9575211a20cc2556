using BackgroundTasks.Http;

namespace BackgroundTasks;

/// <summary>What can be submitted, as <c>GET /task-types</c> tells it: for documents and user interfaces of one's own.</summary>
public interface IBackgroundTaskTypes
{
    /// <summary>Every task type, by name.</summary>
    IReadOnlyList<TaskTypeResponse> List();

    /// <summary>One task type; null where none has this name.</summary>
    /// <param name="name">The name.</param>
    TaskTypeResponse? Find(string name);
}

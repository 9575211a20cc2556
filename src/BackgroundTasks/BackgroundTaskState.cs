using System.Text.Json.Serialization;

namespace BackgroundTasks;

/// <summary>
/// Where a task stands. <c>Scheduled → Queued → Running → Succeeded | Failed | Canceled</c>; the last three are terminal.
/// On the wire the names are lower-case.
/// </summary>
[JsonConverter(typeof(JsonStringEnumConverter<BackgroundTaskState>))]
public enum BackgroundTaskState
{
    /// <summary>Waits for a time: a delay that was asked for, or the next attempt. Becomes queued then; may be canceled.</summary>
    [JsonStringEnumMemberName("scheduled")]
    Scheduled,

    /// <summary>Waits for a worker. Becomes running, or canceled on request.</summary>
    [JsonStringEnumMemberName("queued")]
    Queued,

    /// <summary>Its handler runs. Ends as what the handler returns or throws; a shutdown puts it back to queued.</summary>
    [JsonStringEnumMemberName("running")]
    Running,

    /// <summary>The handler returned: the result is kept until the retention ends.</summary>
    [JsonStringEnumMemberName("succeeded")]
    Succeeded,

    /// <summary>The handler threw, and no attempt is left: the error is kept until the retention ends. A retry makes it queued again.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>A client canceled it before it ended. A retry makes it queued again.</summary>
    [JsonStringEnumMemberName("canceled")]
    Canceled,
}

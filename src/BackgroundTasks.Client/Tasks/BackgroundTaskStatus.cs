using System.Text.Json.Serialization;

namespace BackgroundTasks.Client;

/// <summary>Where a task stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BackgroundTaskStatus>))]
public enum BackgroundTaskStatus
{
    /// <summary>It waits for a time: a delay, or the next attempt.</summary>
    [JsonStringEnumMemberName("scheduled")]
    Scheduled,

    /// <summary>It waits for a worker.</summary>
    [JsonStringEnumMemberName("queued")]
    Queued,

    /// <summary>Its handler runs.</summary>
    [JsonStringEnumMemberName("running")]
    Running,

    /// <summary>It ended with a result.</summary>
    [JsonStringEnumMemberName("succeeded")]
    Succeeded,

    /// <summary>It ended with an error, and no attempt is left.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>It ended because a client canceled it.</summary>
    [JsonStringEnumMemberName("canceled")]
    Canceled,
}

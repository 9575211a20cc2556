namespace BackgroundTasks.Http;

/// <summary>Metadata of an endpoint: a request to it makes work, as a submit does. A rate limit for submits applies to the endpoints that have it.</summary>
public sealed class SubmitMetadata
{
    private SubmitMetadata()
    {
    }

    /// <summary>The only one.</summary>
    public static SubmitMetadata Instance { get; } = new();
}

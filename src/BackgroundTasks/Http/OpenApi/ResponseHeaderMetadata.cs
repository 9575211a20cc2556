namespace BackgroundTasks.Http;

/// <summary>Metadata of an endpoint: an answer has this header. For generators of OpenAPI documents, which find answers in an endpoint's metadata but no headers.</summary>
/// <param name="statusCode">The answer's status code.</param>
/// <param name="name">The header.</param>
/// <param name="description">What it says.</param>
public sealed class ResponseHeaderMetadata(int statusCode, string name, string description)
{
    /// <summary>The answer's status code.</summary>
    public int StatusCode { get; } = statusCode;

    /// <summary>The header.</summary>
    public string Name { get; } = name;

    /// <summary>What it says.</summary>
    public string Description { get; } = description;
}

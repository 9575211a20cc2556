namespace BackgroundTasks.Api.Images;

/// <summary>An upload cannot be taken.</summary>
/// <param name="statusCode">How to answer.</param>
/// <param name="message">Why, for the client.</param>
/// <param name="errors">What is wrong, by field; null where no field is to blame.</param>
/// <param name="innerException">The cause.</param>
internal sealed class UploadRefusedException(int statusCode, string message, Dictionary<string, string[]>? errors = null, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>How to answer.</summary>
    public int StatusCode { get; } = statusCode;

    /// <summary>What is wrong, by field; null where no field is to blame.</summary>
    public Dictionary<string, string[]>? Errors { get; } = errors;
}

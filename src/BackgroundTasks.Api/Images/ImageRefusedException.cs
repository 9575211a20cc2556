namespace BackgroundTasks.Api.Images;

/// <summary>An image cannot be resized, and would not be the next time either.</summary>
/// <param name="message">Why, for the client.</param>
/// <param name="innerException">The cause.</param>
internal sealed class ImageRefusedException(string message, Exception? innerException = null)
    : BackgroundTaskException(message, innerException!);

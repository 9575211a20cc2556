namespace BackgroundTasks.Api.Images;

/// <summary>A file of an image could not be written. Another attempt may find more room.</summary>
/// <param name="message">Why, for the client; it names no path.</param>
/// <param name="innerException">The cause.</param>
internal sealed class ImageNotStoredException(string message, Exception? innerException = null)
    : BackgroundTaskException(message, innerException!);

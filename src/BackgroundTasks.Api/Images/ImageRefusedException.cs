namespace BackgroundTasks.Api.Images;

/// <summary>An image cannot be resized, and could not be the next time either.</summary>
internal sealed class ImageRefusedException : BackgroundTaskException
{
    /// <summary>Refuses an image.</summary>
    /// <param name="message">Why, for the client.</param>
    /// <param name="innerException">The cause.</param>
    public ImageRefusedException(string message, Exception? innerException = null)
        : base(message, innerException!) => IsPermanent = true;

    /// <summary>The field of the form to blame; <c>file</c> by default.</summary>
    public string Field { get; init; } = "file";
}

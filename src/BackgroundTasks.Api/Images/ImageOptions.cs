namespace BackgroundTasks.Api.Images;

/// <summary>The bounds of images: section <c>Images</c>.</summary>
internal sealed class ImageOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Images";

    /// <summary>How large an upload may be, in bytes; 20 MB (20,971,520) by default. A larger one is refused with 413.</summary>
    public long MaxUploadBytes { get; set; } = 20 * 1024 * 1024;

    /// <summary>How many megapixels an upload may have; 100 by default. A larger one fails its task before it is decoded.</summary>
    public int MaxMegapixels { get; set; } = 100;
}

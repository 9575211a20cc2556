namespace BackgroundTasks.Api.Images;

/// <summary>The bounds of images: section <c>Images</c>.</summary>
internal sealed class ImageOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Images";

    /// <summary>How large an upload may be, in bytes; 20 MB (20,971,520) by default. A larger one is refused with 413.</summary>
    public long MaxUploadBytes { get; set; } = 20 * 1024 * 1024;

    /// <summary>How wide and how high an upload may be, in pixels; 16,384 by default. A larger one is refused with 400.</summary>
    public int MaxSide { get; set; } = 16_384;

    /// <summary>How many megapixels an upload may have; 100 by default. A larger one is refused with 400.</summary>
    public int MaxMegapixels { get; set; } = 100;

    /// <summary>How many megapixels a picture may have that is larger than its image; 16 by default.</summary>
    public int MaxEnlargedMegapixels { get; set; } = 16;

    /// <summary>
    /// How many bytes of memory all images that are decoded at once may take; by default half of <c>BackgroundTasks:MaxMemoryBytes</c>, of which they are a part.
    /// An image that does not fit waits; one that never fits is refused.
    /// </summary>
    public long? MaxMemoryBytes { get; set; }

    /// <summary>How many bytes all uploads and pictures on the disk may take; 10 GB (10,737,418,240) by default. An upload that does not fit is refused with 503.</summary>
    public long MaxStoredBytes { get; set; } = 10L * 1024 * 1024 * 1024;
}

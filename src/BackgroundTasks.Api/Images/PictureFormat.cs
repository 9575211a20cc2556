namespace BackgroundTasks.Api.Images;

/// <summary>A format in which pictures are made.</summary>
/// <param name="Name">Its name in payloads.</param>
/// <param name="ContentType">Its media type.</param>
internal sealed record PictureFormat(string Name, string ContentType)
{
    /// <summary>JPEG: no transparency.</summary>
    public static readonly PictureFormat Jpeg = new("jpeg", "image/jpeg");

    /// <summary>PNG: without loss.</summary>
    public static readonly PictureFormat Png = new("png", "image/png");

    /// <summary>WebP.</summary>
    public static readonly PictureFormat Webp = new("webp", "image/webp");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<PictureFormat> All { get; } = [Jpeg, Png, Webp];

    /// <summary>The format of a name; null where there is none.</summary>
    /// <param name="name">The name.</param>
    public static PictureFormat? Find(string? name) => All.FirstOrDefault(format => format.Name == name);

    /// <summary>The format of the picture of an image that names none: the image's own, if pictures can have it.</summary>
    /// <param name="loader">The name of the image's loader in libvips.</param>
    public static PictureFormat OfLoader(string loader) => loader switch
    {
        "jpegload" => Jpeg,
        "webpload" => Webp,
        _ => Png,
    };
}

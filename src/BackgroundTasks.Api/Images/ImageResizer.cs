using System.Globalization;
using Microsoft.Extensions.Options;
using NetVips;

namespace BackgroundTasks.Api.Images;

/// <summary>Resizes images with libvips. It reads JPEG, PNG, WebP and the first frame of GIF, whatever the file is called, and nothing else.</summary>
internal sealed class ImageResizer
{
    /// <summary>libvips's own bound of a side.</summary>
    private const int Unbounded = 10_000_000;

    /// <summary>Damaged images are reported to their clients; the library would print them, between the lines of the log. Kept: it is called from native code.</summary>
    private static readonly Log.LogDelegate Silent = (_, _, _) => { };

    private readonly ImageOptions _options;

    /// <summary>Sets the library up, which is one for the process: no cache, whose memory would only grow, one thread an image, few loaders.</summary>
    /// <param name="options">The bounds.</param>
    public ImageResizer(IOptions<ImageOptions> options)
    {
        _options = options.Value;
        Cache.Max = 0;
        NetVips.NetVips.Concurrency = 1;
        Log.SetLogHandler("VIPS", Enums.LogLevelFlags.Warning, Silent);
        Operation.Block("VipsForeignLoad", true);
        foreach (var loader in new[] { "Jpeg", "Png", "Webp", "Nsgif" })
            Operation.Block("VipsForeignLoad" + loader, false);
    }

    /// <summary>Writes a resized image: upright, in sRGB, without metadata.</summary>
    /// <param name="source">The image's path.</param>
    /// <param name="target">The path to write to.</param>
    /// <param name="payload">How large, and in which format.</param>
    /// <param name="progress">Told the percentage, from any thread.</param>
    /// <param name="cancellationToken">Stops it, between two pieces of the image.</param>
    /// <returns>The format written.</returns>
    /// <exception cref="ImageRefusedException">The source is no image, damaged, or too large.</exception>
    public PictureFormat Resize(string source, string target, ResizeImagePayload payload, IProgress<int> progress, CancellationToken cancellationToken)
    {
        try
        {
            var format = Inspect(source, payload);
            using var image = Image.Thumbnail(
                source,
                payload.Width ?? Unbounded,
                payload.Height ?? Unbounded,
                size: Enums.Size.Both,
                outputProfile: "srgb",
                failOn: Enums.FailOn.Error);
            image.SetProgress(progress, cancellationToken);
            Save(image, target, format);
            return format;
        }
        catch (VipsException exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new ImageRefusedException("The upload is not a complete JPEG, PNG, WebP or GIF image.", exception);
        }
    }

    /// <summary>The width and height of a picture.</summary>
    /// <param name="path">Its path.</param>
    public static (int Width, int Height) Measure(string path)
    {
        using var image = Image.NewFromFile(path, access: Enums.Access.Sequential);
        return (image.Width, image.Height);
    }

    /// <summary>Reads the head only, so that a small file cannot make a huge image in memory; tells the format to write.</summary>
    private PictureFormat Inspect(string source, ResizeImagePayload payload)
    {
        using var head = Image.NewFromFile(source, access: Enums.Access.Sequential);
        var (width, height) = (head.Width, head.Height);
        if ((long)width * height > _options.MaxMegapixels * 1_000_000L)
            throw Refusal($"The image has {width} × {height} pixels, which is more than {_options.MaxMegapixels} megapixels.");

        // EXIF orientations from 5 on lie on their side.
        if (head.Contains("orientation") && head.Get("orientation") is >= 5)
            (width, height) = (height, width);
        var scale = Math.Min((payload.Width ?? double.PositiveInfinity) / width, (payload.Height ?? double.PositiveInfinity) / height);
        if (Math.Max(width, height) * scale > ResizeImagePayload.MaxSide + 0.5)
            throw Refusal($"The picture would have {width * scale:F0} × {height * scale:F0} pixels, and {ResizeImagePayload.MaxSide} a side are the most.");

        return PictureFormat.Find(payload.Format) ?? (head.Get("vips-loader") switch
        {
            "jpegload" => PictureFormat.Jpeg,
            "webpload" => PictureFormat.Webp,
            _ => PictureFormat.Png,
        });
    }

    private static void Save(Image image, string target, PictureFormat format)
    {
        if (format == PictureFormat.Jpeg)
            image.Jpegsave(target, q: 85, keep: Enums.ForeignKeep.None, background: [255]);
        else if (format == PictureFormat.Webp)
            image.Webpsave(target, q: 85, keep: Enums.ForeignKeep.None);
        else
            image.Pngsave(target, keep: Enums.ForeignKeep.None);
    }

    private static ImageRefusedException Refusal(FormattableString message) => new(message.ToString(CultureInfo.InvariantCulture));
}

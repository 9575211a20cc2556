using System.Globalization;
using Microsoft.Extensions.Options;
using NetVips;

namespace BackgroundTasks.Api.Images;

/// <summary>Resizes images with libvips. It reads JPEG, PNG, WebP and the first frame of GIF, whatever the file is called, and nothing else.</summary>
internal sealed class ImageResizer : IDisposable
{
    private const string NotAnImage = "The upload is not a complete JPEG, PNG, WebP or GIF image.";

    /// <summary>libvips's own bound of a side.</summary>
    private const int Unbounded = 10_000_000;

    /// <summary>Damaged images are reported to their clients; the library would print them, between the lines of the log. Kept: it is called from native code.</summary>
    private static readonly Log.LogDelegate Silent = (_, _, _) => { };

    /// <summary>One head at a time: it is quick, and a GIF of a million frames takes a hundred megabytes for it.</summary>
    private readonly SemaphoreSlim _heads = new(1);
    private readonly ImageOptions _options;
    private readonly ImageMemory _memory;

    /// <summary>Sets the library up, which is one for the process: no cache, whose memory would only grow, one thread an image, few loaders.</summary>
    /// <param name="options">The bounds.</param>
    /// <param name="memory">The memory of all images.</param>
    public ImageResizer(IOptions<ImageOptions> options, ImageMemory memory)
    {
        _options = options.Value;
        _memory = memory;
        Cache.Max = 0;
        NetVips.NetVips.Concurrency = 1;
        Log.SetLogHandler("VIPS", Enums.LogLevelFlags.Warning, Silent);
        Operation.Block("VipsForeignLoad", true);
        foreach (var loader in new[] { "Jpeg", "Png", "Webp", "Nsgif" })
            Operation.Block("VipsForeignLoad" + loader, false);
    }

    /// <summary>Checks an image by its head, before anything of it is decoded: a small file can be a huge image.</summary>
    /// <param name="source">The image's path.</param>
    /// <param name="payload">The picture that is asked for.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <exception cref="ImageRefusedException">The source is not an image, or is too large.</exception>
    public async Task<ImagePlan> InspectAsync(string source, ResizeImagePayload payload, CancellationToken cancellationToken)
    {
        await _heads.WaitAsync(cancellationToken);
        try
        {
            return Plan(ImageHead.Read(source), payload);
        }
        catch (VipsException exception)
        {
            throw new ImageRefusedException(NotAnImage, exception);
        }
        finally
        {
            _heads.Release();
        }
    }

    /// <summary>Writes a resized image: upright, in sRGB, without metadata. Waits first until there is memory for it.</summary>
    /// <param name="source">The image's path; inspected.</param>
    /// <param name="target">Where to write it.</param>
    /// <param name="payload">How large.</param>
    /// <param name="plan">What the inspection found.</param>
    /// <param name="progress">Told the percentage, from any thread.</param>
    /// <param name="cancellationToken">Cancels waiting, and stops the work between two pieces of the image.</param>
    /// <exception cref="ImageRefusedException">The source is damaged.</exception>
    /// <exception cref="ImageNotStoredException">The target could not be written.</exception>
    public async Task ResizeAsync(string source, ImageFile target, ResizeImagePayload payload, ImagePlan plan, IProgress<int> progress, CancellationToken cancellationToken)
    {
        using var place = await _memory.EnterAsync(plan.MemoryBytes, cancellationToken);
        try
        {
            using var image = Image.Thumbnail(
                source,
                payload.Width ?? Unbounded,
                payload.Height ?? Unbounded,
                size: Enums.Size.Both,
                outputProfile: "srgb",
                failOn: Enums.FailOn.Error);
            image.SetProgress(progress, cancellationToken);
            Save(image, target, plan.Format);
        }
        catch (VipsException exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw target.Failure ?? (Exception)new ImageRefusedException(NotAnImage, exception);
        }
    }

    /// <summary>The width and height of a picture.</summary>
    /// <param name="path">Its path.</param>
    public static (int Width, int Height) Measure(string path)
    {
        using var image = Image.NewFromFile(path, access: Enums.Access.Sequential);
        return (image.Width, image.Height);
    }

    /// <inheritdoc/>
    public void Dispose() => _heads.Dispose();

    private ImagePlan Plan(ImageHead head, ResizeImagePayload payload)
    {
        if (Math.Max(head.Width, head.Height) > _options.MaxSide)
            throw Refusal($"The image has {head.Width} × {head.Height} pixels, and a side has {_options.MaxSide} at most.");
        if ((long)head.Width * head.Height > _options.MaxMegapixels * 1_000_000L)
            throw Refusal($"The image has {head.Width} × {head.Height} pixels, which is more than {_options.MaxMegapixels} megapixels.");

        var format = PictureFormat.Find(payload.Format) ?? PictureFormat.OfLoader(head.Loader);
        var (width, height) = PictureSize(head, payload);
        var bytes = head.MemoryFor(width, height, format);
        return bytes <= _memory.Limit
            ? new ImagePlan(format, bytes)
            : throw Refusal($"The image takes {Megabytes(bytes)} MB of memory to resize, and all images have {Megabytes(_memory.Limit)} MB. Send one that is smaller, or neither interlaced nor progressive.");
    }

    private (long Width, long Height) PictureSize(ImageHead head, ResizeImagePayload payload)
    {
        var (width, height) = head.Upright;
        var field = payload.Width is null ? "height" : "width";
        var scale = Math.Min((payload.Width ?? double.PositiveInfinity) / width, (payload.Height ?? double.PositiveInfinity) / height);
        var (pictureWidth, pictureHeight) = (Math.Max(1, width * scale), Math.Max(1, height * scale));
        if (Math.Max(pictureWidth, pictureHeight) > ResizeImagePayload.MaxSide + 0.5)
            throw Refusal($"The picture would have {pictureWidth:F0} × {pictureHeight:F0} pixels, and {ResizeImagePayload.MaxSide} a side are the most.", field);
        if (scale > 1 && pictureWidth * pictureHeight > _options.MaxEnlargedMegapixels * 1e6)
            throw Refusal($"The picture would have {pictureWidth:F0} × {pictureHeight:F0} pixels. An image is enlarged to {_options.MaxEnlargedMegapixels} megapixels at most.", field);
        return ((long)Math.Ceiling(pictureWidth), (long)Math.Ceiling(pictureHeight));
    }

    private static void Save(Image image, Stream target, PictureFormat format)
    {
        if (format == PictureFormat.Jpeg)
            image.JpegsaveStream(target, q: 85, keep: Enums.ForeignKeep.None, background: [255]);
        else if (format == PictureFormat.Webp)
            image.WebpsaveStream(target, q: 85, keep: Enums.ForeignKeep.None);
        else
            image.PngsaveStream(target, keep: Enums.ForeignKeep.None);
    }

    private static long Megabytes(long bytes) => (bytes + (1 << 20) - 1) >> 20;

    private static ImageRefusedException Refusal(FormattableString message, string field = "file") => new(message.ToString(CultureInfo.InvariantCulture)) { Field = field };
}

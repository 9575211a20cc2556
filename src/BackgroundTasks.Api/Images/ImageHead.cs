using NetVips;

namespace BackgroundTasks.Api.Images;

/// <summary>The facts about an image that are read without decoding it.</summary>
/// <param name="Loader">The name of the loader in libvips, such as <c>jpegload</c>.</param>
/// <param name="Width">The width as stored, in pixels.</param>
/// <param name="Height">The height as stored, in pixels.</param>
/// <param name="Bands">The samples of a pixel: 1 to 4.</param>
/// <param name="SampleBytes">The bytes of a sample: 1 or 2.</param>
/// <param name="Orientation">How to turn it upright, 1 to 8, as EXIF says: 1 is upright already; from 5 on it lies on its side.</param>
/// <param name="IsWhole">It comes in several passes (an interlaced PNG, a progressive JPEG), so that its decoder must keep all of it.</param>
/// <param name="FileBytes">The size of the file.</param>
internal sealed record ImageHead(string Loader, int Width, int Height, int Bands, int SampleBytes, int Orientation, bool IsWhole, long FileBytes)
{
    /// <summary>Reads the head of a file.</summary>
    /// <param name="path">The file's path.</param>
    /// <exception cref="VipsException">It is not an image of a supported format.</exception>
    public static ImageHead Read(string path)
    {
        using var image = Image.NewFromFile(path, access: Enums.Access.Sequential);
        return new ImageHead(
            image.Get("vips-loader") as string ?? "",
            image.Width,
            image.Height,
            image.Bands,
            image.Format is Enums.BandFormat.Uchar ? 1 : 2,
            image.Contains("orientation") && image.Get("orientation") is int and >= 1 and <= 8 and var orientation ? orientation : 1,
            image.Contains("interlaced") && image.Get("interlaced") is not 0,
            new FileInfo(path).Length);
    }

    /// <summary>The size of the image once it is upright.</summary>
    public (int Width, int Height) Upright => Orientation >= 5 ? (Height, Width) : (Width, Height);

    /// <summary>
    /// How many bytes libvips takes at most to make a picture of it. The factors are above what was measured with libvips 8.18 on images of up to 100 megapixels:
    /// some hundred lines for the steps that work line by line, and what a decoder, a turn or an encoder keeps whole.
    /// </summary>
    /// <param name="width">The picture's width.</param>
    /// <param name="height">The picture's height.</param>
    /// <param name="format">The picture's format.</param>
    public long MemoryFor(long width, long height, PictureFormat format)
    {
        const long Fixed = 8 * 1024 * 1024;
        const long Lines = 3_072;
        long pixelBytes = Bands * SampleBytes;
        var pixels = (long)Width * Height;
        var decoder = (Loader, IsWhole) switch
        {
            // All of its first frame, and a record of every frame.
            ("gifload", _) => (4 * pixels) + (6 * FileBytes),
            ("webpload", _) => (12 * pixels) + FileBytes,

            // The coefficients: two bytes a sample.
            ("jpegload", true) => 2 * Bands * pixels,
            (_, true) => pixelBytes * pixels,
            _ => 0,
        };
        var turned = Orientation > 1 ? pixelBytes * width * height : 0;
        var encoder = format == PictureFormat.Webp ? 16 * width * height : 0;
        return Fixed + (Lines * Math.Max(Width, width) * pixelBytes) + decoder + turned + encoder;
    }
}

using NetVips;

namespace BackgroundTasks.Api.Tests.Images;

/// <summary>Images for tests, made on the spot.</summary>
internal static class TestImage
{
    /// <summary>A picture whose left half is red and whose right half is blue.</summary>
    public static byte[] Create(int width, int height, string suffix, int? orientation = null, bool transparent = false)
    {
        using var left = Image.Black(width / 2, height, bands: 3) + new[] { 255, 0, 0 };
        using var right = Image.Black(width - (width / 2), height, bands: 3) + new[] { 0, 0, 255 };
        using var colors = left.Join(right, Enums.Direction.Horizontal).Cast(Enums.BandFormat.Uchar).Copy(interpretation: Enums.Interpretation.Srgb);
        using var layers = transparent ? colors.Bandjoin([0]) : colors.Copy();
        using var image = layers.Mutate(mutable =>
        {
            if (orientation is { } value)
                mutable.Set(GValue.GIntType, "orientation", value);
            mutable.Set(GValue.GStrType, "exif-ifd0-Copyright", "somebody");
        });
        return image.WriteToBuffer(suffix);
    }
}

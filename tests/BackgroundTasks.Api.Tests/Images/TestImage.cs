using System.Buffers.Binary;
using System.Text;
using NetVips;

namespace BackgroundTasks.Api.Tests.Images;

/// <summary>Images for tests, made on the spot.</summary>
internal static class TestImage
{
    /// <summary>A picture whose left half is red and whose right half is blue. The suffix may have options of its encoder: <c>.jpg[interlace]</c>.</summary>
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

    /// <summary>The head of a PNG and nothing that follows it: all that may be looked at of an image that is refused by its size.</summary>
    public static byte[] PngHead(int width, int height, byte bitDepth, byte colorType)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (bitDepth, colorType);
        return [0x89, .. "PNG\r\n"u8, 0x1A, (byte)'\n', .. Chunk("IHDR", header), .. Chunk("IDAT", [0x78, 0xDA])];
    }

    private static byte[] Chunk(string name, byte[] data)
    {
        var length = new byte[4];
        var sum = new byte[4];
        byte[] content = [.. Encoding.ASCII.GetBytes(name), .. data];
        BinaryPrimitives.WriteInt32BigEndian(length, data.Length);
        BinaryPrimitives.WriteUInt32BigEndian(sum, ~content.Aggregate(uint.MaxValue, (register, value) =>
        {
            register ^= value;
            for (var bit = 0; bit < 8; bit++)
                register = (register & 1) == 0 ? register >> 1 : (register >> 1) ^ 0xEDB88320;
            return register;
        }));
        return [.. length, .. content, .. sum];
    }
}

using System.ComponentModel.DataAnnotations;

namespace BackgroundTasks.Api.Images;

/// <summary>Asks to resize an image: an upload, as <c>POST /images</c> does, which gives the upload the id of its task; or a small one that is part of the payload.</summary>
/// <param name="Upload">The upload's id: that of the task itself. Another task's upload cannot be had. Left out where there is an image.</param>
/// <param name="Width">How wide at most, 1 to 10,000 pixels. Where both are given the picture fits into them; its aspect is kept.</param>
/// <param name="Height">How high at most, 1 to 10,000 pixels.</param>
/// <param name="Format"><c>jpeg</c>, <c>png</c> or <c>webp</c>; that of the upload by default, and <c>png</c> for a GIF.</param>
/// <param name="Image">The image itself, as base64, for small ones: a payload has 1 MB. Left out where there is an upload.</param>
internal sealed record ResizeImagePayload(
    [property: RegularExpression("[0-9a-fA-F]{32}|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", ErrorMessage = "An id: 32 hexadecimal digits, as POST /images makes them.")] string? Upload = null,
    [property: Range(1, ResizeImagePayload.MaxSide)] int? Width = null,
    [property: Range(1, ResizeImagePayload.MaxSide)] int? Height = null,
    [property: AllowedValues(null, "jpeg", "png", "webp", ErrorMessage = "jpeg, png or webp.")] string? Format = null,
    byte[]? Image = null)
    : IValidatableObject
{
    /// <summary>How wide and how high a picture may become.</summary>
    public const int MaxSide = 10_000;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Width is null && Height is null)
            yield return new ValidationResult("Say how wide or how high: width, height or both.", [nameof(Width)]);
        if (Upload is null == Image is null)
            yield return new ValidationResult("Give the image as base64, or send it to POST /images, which makes the upload and the task.", [nameof(Image)]);
    }
}

/// <summary>A picture that was made.</summary>
/// <param name="Width">Its width in pixels.</param>
/// <param name="Height">Its height in pixels.</param>
/// <param name="ContentType">Its media type.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Url">Where it is served while its task is kept, under the service's path base.</param>
internal sealed record ResizeImageResult(int Width, int Height, string ContentType, long Bytes, string Url);

namespace BackgroundTasks.Api.Images;

/// <summary>Adds the resizing of images.</summary>
internal static class ImageExtensions
{
    /// <summary>The task type's name.</summary>
    public const string TaskType = "resize-image";

    /// <summary>A black GIF of one pixel.</summary>
    private static readonly byte[] TinyPicture = Convert.FromBase64String("R0lGODdhAQABAIAAAAAAAAAAACwAAAAAAQABAAACAkQBADs=");

    /// <summary>Adds the task type <c>resize-image</c> with the settings of the section <c>Images</c>. The endpoints are mapped by <see cref="ImageEndpoints.MapImages"/>.</summary>
    /// <param name="builder">The builder.</param>
    public static BackgroundTasksBuilder AddImages(this BackgroundTasksBuilder builder)
    {
        builder.Services.AddOptions<ImageOptions>()
            .BindConfiguration(ImageOptions.Section)
            .Validate(
                options => options.MaxUploadBytes is > 0 and <= 1L << 30,
                "Images:MaxUploadBytes must be 1 to 1073741824 bytes (1 GB), such as 20971520.")
            .Validate(
                options => options.MaxMegapixels is > 0 and <= 1_000,
                "Images:MaxMegapixels must be 1 to 1000, such as 100.")
            .ValidateOnStart();
        builder.Services.AddSingleton<ImageFiles>();
        builder.Services.AddSingleton<ImageResizer>();
        builder.Services.AddHostedService<ImageFileSweeper>();
        return builder.AddHandler<ResizeImageHandler, ResizeImagePayload, ResizeImageResult>(TaskType, static type =>
        {
            type.Description = "Resizes an image: one sent to POST /images, which submits this task, or a small one as base64.";
            type.Blocking = true;
            type.Example = new ResizeImagePayload(Width: 2, Format: "png", Image: TinyPicture);
        });
    }
}

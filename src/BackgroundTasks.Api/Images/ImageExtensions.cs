using BackgroundTasks.Api.Hosting;

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
            .Validate(
                options => options.MaxSide is > 0 and <= 1_000_000,
                "Images:MaxSide must be 1 to 1000000 pixels, such as 16384.")
            .Validate(
                options => options.MaxEnlargedMegapixels is > 0 and <= 1_000,
                "Images:MaxEnlargedMegapixels must be 1 to 1000, such as 16.")
            .Validate(
                options => options.MaxMemoryBytes is null or >= 32L * 1024 * 1024,
                "Images:MaxMemoryBytes must be at least 33554432 bytes (32 MB), such as 536870912; leave it out for half of BackgroundTasks:MaxMemoryBytes.")
            .Validate(
                options => options.MaxStoredBytes >= options.MaxUploadBytes,
                "Images:MaxStoredBytes must be at least Images:MaxUploadBytes, such as 10737418240 (10 GB).")
            .ValidateOnStart();
        builder.Services.AddWriteFaults();
        builder.Services.AddSingleton<ImageFiles>();
        builder.Services.AddSingleton<ImageMemory>();
        builder.Services.AddSingleton<ImageResizer>();
        builder.Services.AddSingleton<ImageUploads>();
        builder.Services.AddHostedService<ImageFileSweeper>();
        return builder.AddHandler<ResizeImageHandler, ResizeImagePayload, ResizeImageResult>(TaskType, static type =>
        {
            type.Description = "Resizes an image: one sent to POST /images, which submits this task, or a small one as base64.";
            type.Blocking = true;

            // An image is work for one processor. The time-out is many times what the largest one takes, and includes the wait for memory.
            type.MaxConcurrency = Math.Clamp(Environment.ProcessorCount, 1, 8);
            type.Timeout = TimeSpan.FromMinutes(5);

            // An image does not become better; a disk may.
            type.MaxAttempts = 3;
            type.RetryOn = static exception => exception is ImageNotStoredException;
            type.Example = new ResizeImagePayload(Width: 2, Format: "png", Image: TinyPicture);
        });
    }
}

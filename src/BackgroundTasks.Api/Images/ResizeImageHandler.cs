namespace BackgroundTasks.Api.Images;

/// <summary>Resizes the upload of its task: work for a processor, that ends with a file or leaves none.</summary>
internal sealed class ResizeImageHandler(ImageFiles files, ImageResizer resizer) : IBackgroundTaskHandler<ResizeImagePayload, ResizeImageResult>
{
    /// <inheritdoc/>
    public async Task<ResizeImageResult> HandleAsync(ResizeImagePayload payload, BackgroundTaskContext context, CancellationToken cancellationToken)
    {
        var id = context.Id;
        if (payload.Image is { } image)
            Store(id, image);
        else if (!BackgroundTaskIds.TryRead(payload.Upload, out var upload) || upload != id)
            throw new ImageRefusedException("The upload is not one of this task. Send the image to POST /images, which makes the task.");

        var format = File.Exists(files.UploadPath(id)) ? await MakePictureAsync(payload, context, cancellationToken)
            // The picture was made, and then the process died before it was known that the task had succeeded.
            : files.FindPicture(id) ?? throw new ImageRefusedException("The upload is gone. Send the image again.");
        return Describe(id, format);
    }

    /// <summary>From here on it is an upload like any other, and goes like one.</summary>
    private void Store(Guid id, byte[] image)
    {
        files.DeleteUpload(id);
        using var upload = files.CreateUpload(id);
        upload.Write(image);
    }

    private async Task<PictureFormat> MakePictureAsync(ResizeImagePayload payload, BackgroundTaskContext context, CancellationToken cancellationToken)
    {
        var upload = files.UploadPath(context.Id);
        var plan = await resizer.InspectAsync(upload, payload, cancellationToken);
        var finished = false;
        try
        {
            using (var picture = files.CreatePicture(context.Id))
                await resizer.ResizeAsync(upload, picture, payload, plan, new Reporter(context), cancellationToken);

            // Renamed when it is whole: a picture that is there is a whole one.
            files.FinishPicture(context.Id, plan.Format);
            finished = true;
            return plan.Format;
        }
        finally
        {
            if (!finished)
                files.DiscardPicture(context.Id);
        }
    }

    private ResizeImageResult Describe(Guid id, PictureFormat format)
    {
        var path = files.PicturePath(id, format);
        var (width, height) = ImageResizer.Measure(path);
        return new ResizeImageResult(width, height, format.ContentType, new FileInfo(path).Length, $"/images/{id:N}");
    }

    /// <summary>Not <see cref="Progress{T}"/>, which would report on another thread and out of order.</summary>
    private sealed class Reporter(BackgroundTaskContext context) : IProgress<int>
    {
        public void Report(int value) => context.ReportProgress(value);
    }
}

using BackgroundTasks.Api.Hosting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace BackgroundTasks.Api.Images;

/// <summary>Takes the form of an upload: its file goes to the disk, and is checked there before a task is made of it.</summary>
internal sealed class ImageUploads(ImageFiles files, ImageResizer resizer, WriteFaults faults, IOptions<ImageOptions> options, ILogger<ImageUploads> logger)
{
    private const string Folder = "images";

    /// <summary>Receives an upload. If this throws, the caller deletes what is there of it.</summary>
    /// <param name="http">The request.</param>
    /// <param name="id">The id that the task will have.</param>
    /// <param name="cancellationToken">The client has left.</param>
    /// <exception cref="UploadRefusedException">The request is malformed or too large.</exception>
    /// <exception cref="ImageRefusedException">The file is not an image, or is too large to resize.</exception>
    /// <exception cref="ImageNotStoredException">There is no room for it, or it cannot be written.</exception>
    public async Task<ResizeImagePayload> ReceiveAsync(HttpContext http, Guid id, CancellationToken cancellationToken)
    {
        var boundary = BoundaryOf(http);
        var maxUploadBytes = options.Value.MaxUploadBytes;

        // Besides the file there are a few short fields and their heads.
        var maxBody = maxUploadBytes + (64 * 1024);
        if (http.Request.ContentLength > maxBody)
            throw UploadForm.TooLarge(maxUploadBytes);
        if (!files.Room.Has(http.Request.ContentLength ?? 1))
            throw files.Room.Full();
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = maxBody;

        try
        {
            var form = new UploadForm(maxUploadBytes);
            await using var file = files.CreateUpload(id);
            await form.ReadAsync(new MultipartReader(boundary, http.Request.Body, UploadForm.BufferSize), file, cancellationToken);
            var payload = form.ToPayload(id);
            await resizer.InspectAsync(files.UploadPath(id), payload, cancellationToken);
            file.FlushToDisk();
            faults.Clear(Folder);
            return payload;
        }
        catch (ImageNotStoredException failure) when (failure.InnerException is { } reason)
        {
            faults.Raise(Folder, reason);
            throw;
        }
    }

    /// <summary>Deletes an upload of which no task was made.</summary>
    /// <param name="id">The id that the task would have had.</param>
    public void Delete(Guid id)
    {
        try
        {
            files.Delete(id);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The answer must not depend on it; the next start looks at what is left.
            ImageLog.SweepFailed(logger, id.ToString("N"), exception);
        }
    }

    private static string BoundaryOf(HttpContext http)
    {
        if (MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var mediaType)
            && mediaType.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            && HeaderUtilities.RemoveQuotes(mediaType.Boundary).Value is { Length: > 0 and <= 70 } boundary)
            return boundary;
        http.Response.Headers.Accept = "multipart/form-data";
        throw new UploadRefusedException(StatusCodes.Status415UnsupportedMediaType, "Send a multipart/form-data with a boundary of up to 70 characters.");
    }
}

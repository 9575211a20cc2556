using System.Globalization;
using BackgroundTasks.Api.Hosting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace BackgroundTasks.Api.Images;

/// <summary>Takes the form of an upload: its file goes to the disk, and is checked there before a task is made of it.</summary>
internal sealed class ImageUploads(
    ImageFiles files, ImageResizer resizer, WriteFaults faults, BackgroundTaskMemory memory, TimeProvider timeProvider,
    IOptions<ImageOptions> options, IOptions<BackgroundTasksOptions> taskOptions, ILogger<ImageUploads> logger)
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

        // The server has a rule of its own, which would cut off a body that pauses for five seconds.
        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
            rate.MinDataRate = null;

        try
        {
            var form = new UploadForm(maxUploadBytes);
            await using var file = files.CreateUpload(id);
            await ReadAsync(form, new MultipartReader(boundary, http.Request.Body, UploadForm.BufferSize), file, http.Request.ContentLength, cancellationToken);
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

    /// <summary>Reads the form within the time that it has. The file goes to the disk as it comes; only its buffers are held in memory.</summary>
    private async Task ReadAsync(UploadForm form, MultipartReader reader, Stream file, long? length, CancellationToken cancellationToken)
    {
        if (!memory.TryTake(UploadForm.HeldBytes))
            throw new ImageNotStoredException("No memory is left for another upload, and nothing was accepted. Try again later.");
        using var deadline = new UploadDeadline(length, taskOptions.Value, timeProvider, cancellationToken);
        try
        {
            await form.ReadAsync(reader, file, deadline);
        }
        catch (OperationCanceledException) when (deadline.IsOver)
        {
            throw new UploadRefusedException(
                StatusCodes.Status408RequestTimeout,
                string.Create(CultureInfo.InvariantCulture, $"The upload has not come within {deadline.Allowed.TotalSeconds:0.#} seconds. A body has BackgroundTasks:BodyTimeout and a second for each 64 KB."));
        }
        finally
        {
            memory.GiveBack(UploadForm.HeldBytes);
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
        if (http.Request.Headers.ContentEncoding.ToString() is { Length: > 0 } encoding && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            http.Response.Headers.AcceptEncoding = "identity";
            throw new UploadRefusedException(StatusCodes.Status415UnsupportedMediaType, "Send the body as it is: without Content-Encoding, or with Content-Encoding: identity.");
        }

        if (MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var mediaType)
            && mediaType.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            && HeaderUtilities.RemoveQuotes(mediaType.Boundary).Value is { Length: > 0 and <= 70 } boundary)
            return boundary;
        http.Response.Headers.Accept = "multipart/form-data";
        throw new UploadRefusedException(StatusCodes.Status415UnsupportedMediaType, "Send a multipart/form-data with a boundary of up to 70 characters.");
    }
}

using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace BackgroundTasks.Api.Images;

/// <summary><c>POST /images</c> takes an image and makes a task of it; <c>GET /images/{id}</c> serves what came of it.</summary>
internal static class ImageEndpoints
{
    /// <summary>Maps the endpoints.</summary>
    /// <param name="endpoints">Where to.</param>
    public static RouteGroupBuilder MapImages(this IEndpointRouteBuilder endpoints)
    {
        var images = endpoints.MapGroup("/images").WithTags("Images");
        images.MapPost("", UploadAsync)
            .WithName("UploadImage")
            .Produces<Http.TaskResponse>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .WithSummary("Resize an image")
            .WithDescription("A multipart/form-data with the part file and the fields width, height (one or both) and format (jpeg, png or webp). The answer names the task, whose result names the picture.");
        images.MapMethods("{id}", [HttpMethods.Get, HttpMethods.Head], Serve)
            .WithName("GetImage")
            .Produces(StatusCodes.Status200OK, null, "image/jpeg", "image/png", "image/webp")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("The picture that a task made");
        return images;
    }

    private static async Task<IResult> UploadAsync(
        HttpContext http,
        IBackgroundTaskQueue queue,
        BackgroundTaskIds ids,
        ImageFiles files,
        IOptions<ImageOptions> options,
        CancellationToken cancellationToken)
    {
        var id = ids.Next();
        var accepted = false;
        try
        {
            var payload = await ReceiveAsync(http, id, files, options.Value.MaxUploadBytes, cancellationToken);

            // Not given up when the client leaves: whether the task was accepted would not be known, and so not whether its upload may go.
            var submit = new BackgroundTaskSubmitOptions { Type = ImageExtensions.TaskType, Id = id };
            var task = await queue.EnqueueAsync(payload, submit, CancellationToken.None);
            accepted = true;
            return BackgroundTaskResults.Accepted(task);
        }
        catch (UploadRefusedException refusal) when (refusal.Errors is { } errors)
        {
            return BackgroundTaskResults.Invalid(new BackgroundTaskRefusedException(errors));
        }
        catch (UploadRefusedException refusal)
        {
            return TypedResults.Problem(refusal.Message, statusCode: refusal.StatusCode);
        }
        catch (BadHttpRequestException refusal)
        {
            return TypedResults.Problem(refusal.Message, statusCode: refusal.StatusCode);
        }
        catch (BackgroundTaskQueueFullException full)
        {
            return BackgroundTaskResults.Unavailable(full);
        }
        finally
        {
            if (!accepted)
                files.Delete(id);
        }
    }

    private static async Task<ResizeImagePayload> ReceiveAsync(HttpContext http, Guid id, ImageFiles files, long maxUploadBytes, CancellationToken cancellationToken)
    {
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var mediaType)
            || !mediaType.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            || HeaderUtilities.RemoveQuotes(mediaType.Boundary).Value is not { Length: > 0 and <= 70 } boundary)
        {
            http.Response.Headers.Accept = "multipart/form-data";
            throw new UploadRefusedException(StatusCodes.Status415UnsupportedMediaType, "Send a multipart/form-data with a boundary of up to 70 characters.");
        }

        // Besides the file there are a few short fields and their heads.
        var maxBody = maxUploadBytes + (64 * 1024);
        if (http.Request.ContentLength > maxBody)
            throw UploadForm.TooLarge(maxUploadBytes);
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = maxBody;

        var form = new UploadForm(maxUploadBytes);
        await using var file = files.CreateUpload(id);
        await form.ReadAsync(new MultipartReader(boundary, http.Request.Body, UploadForm.BufferSize), file, cancellationToken);

        // To the disk itself: a task that survives a power failure needs its upload.
        file.Flush(flushToDisk: true);
        return form.ToPayload(id);
    }

    private static Results<PhysicalFileHttpResult, ProblemHttpResult> Serve(string id, HttpContext http, ImageFiles files)
    {
        if (!Guid.TryParseExact(id, "N", out var taskId) || files.FindPicture(taskId) is not { } format)
            return TypedResults.Problem("There is no such picture: its task has not succeeded, or is no longer kept.", statusCode: StatusCodes.Status404NotFound);

        var file = new FileInfo(files.PicturePath(taskId, format));
        http.Response.Headers.XContentTypeOptions = "nosniff";

        // A picture never changes, and goes with its task.
        http.Response.Headers.CacheControl = "private, max-age=3600";
        return TypedResults.PhysicalFile(
            file.FullName,
            format.ContentType,
            lastModified: file.LastWriteTimeUtc,
            entityTag: new EntityTagHeaderValue($"\"{file.LastWriteTimeUtc.Ticks:x}-{file.Length:x}\""),
            enableRangeProcessing: true);
    }
}

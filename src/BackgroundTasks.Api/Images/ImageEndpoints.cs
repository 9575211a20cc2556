using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using BackgroundTasks.Http.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace BackgroundTasks.Api.Images;

/// <summary><c>POST /images</c> takes an image and makes a task of it; <c>GET /images/{id}</c> serves what came of it.</summary>
internal static class ImageEndpoints
{
    private delegate void UploadParameters(
        [Description("The image.")] IFormFile file,
        [FromForm, Range(1, ResizeImagePayload.MaxSide), Description("How wide the picture is at most, in pixels. Width, height or both are needed.")] int? width,
        [FromForm, Range(1, ResizeImagePayload.MaxSide), Description("How high the picture is at most, in pixels.")] int? height,
        [FromForm, Description("jpeg, png or webp; the image's own format by default.")] string? format);

    private delegate void PictureParameters([FromRoute, Description("The id of the task that made the picture.")] string id);

    /// <summary>Maps the endpoints.</summary>
    /// <param name="endpoints">Where to.</param>
    public static RouteGroupBuilder MapImages(this IEndpointRouteBuilder endpoints)
    {
        var images = endpoints.MapGroup("/images").WithTags("Images");
        images.MapPost("", UploadAsync)
            .WithName("UploadImage").CountsAsSubmit().Reads<UploadParameters>()
            .Answers<Http.TaskResponse>(StatusCodes.Status202Accepted, "The image is stored and its task accepted. The result of the task has the picture's url.")
            .Sends("ETag", "New with every visible change of the task.", StatusCodes.Status202Accepted)
            .Sends("Location", "Where the task is, relative to this server.", StatusCodes.Status202Accepted)
            .Sends("Operation-Location", "The same, for pollers that read a task's status there.", StatusCodes.Status202Accepted)
            .Sends("Retry-After", "Seconds to wait before asking again, until the task has finished.", StatusCodes.Status202Accepted)
            .RefusesAsUsual(StatusCodes.Status400BadRequest, StatusCodes.Status408RequestTimeout, StatusCodes.Status413PayloadTooLarge)
            .Refuses(StatusCodes.Status415UnsupportedMediaType, "The body is not multipart/form-data, or is compressed.")
            .Sends("Accept", "multipart/form-data, if it is not that.", StatusCodes.Status415UnsupportedMediaType)
            .Sends("Accept-Encoding", "identity, if it is compressed.", StatusCodes.Status415UnsupportedMediaType)
            .Refuses(StatusCodes.Status503ServiceUnavailable)
            .WithSummary("Resize an image")
            .WithDescription("A multipart/form-data with the part file and the fields width, height (one or both) and format (jpeg, png or webp). The answer names the task, whose result names the picture. An upload that is not an image, or is too large to resize, is refused.");
        images.MapMethods("{id}", [HttpMethods.Get, HttpMethods.Head], Serve)
            .WithName("GetImage").Reads<PictureParameters>()
            .Answers<Stream>(StatusCodes.Status200OK, "The picture.", "image/jpeg", "image/png", "image/webp")
            .Sends("ETag", "The picture's; it never changes.", StatusCodes.Status200OK)
            .Refuses(StatusCodes.Status404NotFound, "No picture has this id: its task has not succeeded, or is no longer kept.")
            .WithSummary("The picture that a task made");
        return images;
    }

    private static async Task<IResult> UploadAsync(
        HttpContext http,
        IBackgroundTaskQueue queue,
        BackgroundTaskIds ids,
        ImageUploads uploads,
        CancellationToken cancellationToken)
    {
        var id = ids.Next();
        var accepted = false;
        try
        {
            var payload = await uploads.ReceiveAsync(http, id, cancellationToken);

            // Not given up when the client leaves: whether the task was accepted would not be known, and so not whether its upload may go.
            var submit = new BackgroundTaskSubmitOptions { Type = ImageExtensions.TaskType, Id = id };
            var task = await queue.EnqueueAsync(payload, submit, CancellationToken.None);
            accepted = true;
            return BackgroundTaskResults.Accepted(task);
        }
        catch (ImageRefusedException refusal)
        {
            return BackgroundTaskResults.Invalid(new BackgroundTaskRefusedException(new Dictionary<string, string[]> { [refusal.Field] = [refusal.Message] }));
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
        catch (ImageNotStoredException failure)
        {
            return BackgroundTaskResults.Unavailable(new BackgroundTaskQueueFullException(failure.Message, failure));
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody reads the answer; the status is for the log of requests.
            return TypedResults.StatusCode(StatusCodes.Status499ClientClosedRequest);
        }
        catch (BackgroundTaskQueueFullException full)
        {
            return BackgroundTaskResults.Unavailable(full);
        }
        finally
        {
            if (!accepted)
                uploads.Delete(id);
        }
    }

    private static Results<FileStreamHttpResult, ProblemHttpResult> Serve(string id, HttpContext http, ImageFiles files)
    {
        if (!BackgroundTaskIds.TryRead(id, out var taskId) || files.FindPicture(taskId) is not { } format || Open(files.PicturePath(taskId, format)) is not { } picture)
            return TypedResults.Problem("There is no such picture: its task has not succeeded, or is no longer kept.", statusCode: StatusCodes.Status404NotFound);

        var written = File.GetLastWriteTimeUtc(picture.SafeFileHandle);
        http.Response.Headers.XContentTypeOptions = "nosniff";

        // A picture never changes, and goes with its task.
        http.Response.Headers.CacheControl = "private, max-age=3600";
        return TypedResults.Stream(
            picture,
            format.ContentType,
            lastModified: written,
            entityTag: new EntityTagHeaderValue($"\"{written.Ticks:x}-{picture.Length:x}\""),
            enableRangeProcessing: true);
    }

    /// <summary>Open, a picture is served whole even if its task is deleted now. Null if it has just been deleted.</summary>
    private static FileStream? Open(string path)
    {
        try
        {
            return new FileStream(path, new FileStreamOptions { Access = FileAccess.Read, Share = FileShare.ReadWrite | FileShare.Delete, Options = FileOptions.Asynchronous });
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }
}

using Microsoft.AspNetCore.Http.HttpResults;
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
            .WithDescription("A multipart/form-data with the part file and the fields width, height (one or both) and format (jpeg, png or webp). The answer names the task, whose result names the picture. An upload that is not an image, or is too large to resize, is refused.");
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

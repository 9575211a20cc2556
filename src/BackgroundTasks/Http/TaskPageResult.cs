using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace BackgroundTasks.Http;

/// <summary>Answers with a page of tasks, which is written task by task: the JSON of all of them is never in memory at once.</summary>
internal sealed class TaskPageResult(BackgroundTaskPage page, TimeSpan retention) : IResult, IStatusCodeHttpResult
{
    /// <summary>What is written before the client must have taken it.</summary>
    private const int FlushedBytes = 64 * 1024;

    public int? StatusCode => StatusCodes.Status200OK;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = "application/json; charset=utf-8";
        if (HttpMethods.IsHead(httpContext.Request.Method))
            return;

        var prefix = RoutePrefix.Of(httpContext);
        await using var writer = new Utf8JsonWriter(response.BodyWriter, new JsonWriterOptions { SkipValidation = true });
        writer.WriteStartObject();
        writer.WriteStartArray("tasks"u8);
        foreach (var task in page.Tasks)
        {
            TaskJson.Write(writer, task, prefix, retention);
            if (writer.BytesPending + response.BodyWriter.UnflushedBytes < FlushedBytes)
                continue;
            writer.Flush();
            if ((await response.BodyWriter.FlushAsync(httpContext.RequestAborted)) is { IsCompleted: true })
                return;
        }

        writer.WriteEndArray();
        writer.WriteString("nextPageToken"u8, page.Next);
        writer.WriteEndObject();
    }
}

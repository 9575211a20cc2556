using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace BackgroundTasks.Http;

/// <summary>Writes a JSON body of known length; for HEAD its length alone.</summary>
internal static class JsonBody
{
    public static async Task WriteAsync<T>(HttpContext context, T value, JsonTypeInfo<T> typeInfo)
    {
        using var json = JsonBuffer.Rent();
        JsonSerializer.Serialize(json.Writer, value, typeInfo);
        await WriteAsync(context, json.Utf8);
    }

    public static async Task WriteTaskAsync(HttpContext context, BackgroundTask task, string prefix, TimeSpan retention)
    {
        using var json = JsonBuffer.Rent();
        TaskJson.Write(json.Writer, task, prefix, retention);
        await WriteAsync(context, json.Utf8);
    }

    /// <summary>No token: a server ends the write when the client is gone, and a token of the request would be made for this alone.</summary>
    private static async ValueTask WriteAsync(HttpContext context, ReadOnlyMemory<byte> utf8)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = utf8.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await context.Response.BodyWriter.WriteAsync(utf8, CancellationToken.None);
    }
}

/// <summary>Answers with JSON; 200 unless said otherwise.</summary>
internal sealed class JsonResult<T>(T value, JsonTypeInfo<T> typeInfo) : IResult, IStatusCodeHttpResult
{
    public int? StatusCode { get; init; } = StatusCodes.Status200OK;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCode!.Value;
        return JsonBody.WriteAsync(httpContext, value, typeInfo);
    }
}

using System.Buffers;
using System.IO.Pipelines;
using BackgroundTasks.Diagnostics;
using BackgroundTasks.Execution;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace BackgroundTasks.Http;

/// <summary>Reads JSON bodies: up to a limit, within their time, and counted in the memory of the process while they are held.</summary>
internal sealed class RequestBody(BackgroundTaskMemory memory, Deadlines deadlines, TimeProvider timeProvider, IOptions<BackgroundTasksOptions> options, ILogger<RequestBody> logger)
{
    private static readonly byte[] ByteOrderMark = [0xEF, 0xBB, 0xBF];

    public static bool IsJson(HttpRequest request) =>
        request.ContentType is "application/json" || IsJson(request.ContentType);

    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && (type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase) || type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase))
        && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) || type.Charset.Equals("\"utf-8\"", StringComparison.OrdinalIgnoreCase));

    /// <summary>The body, which the caller gives back with <see cref="GiveBack"/>; or a refusal, with nothing held.</summary>
    public async ValueTask<ReadBody> ReadAsync(HttpContext context, long limit)
    {
        if (IsEncoded(context.Request.Headers.ContentEncoding))
            return new(default, 0, Problems.Encoded());
        if (context.Request.ContentLength > limit)
            return new(default, 0, Problems.TooLarge(limit));

        // The server's own limit would refuse what the settings allow; one byte more than they allow is enough to see that it is too much.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } server)
            server.MaxRequestBodySize = limit + 1;
        var reader = context.Request.BodyReader;
        var begun = timeProvider.GetTimestamp();
        var held = 0L;
        var isHandedOver = false;
        BodyDeadline? deadline = null;
        IResult refusal;
        try
        {
            while (true)
            {
                // What has arrived needs no token, which the server makes for a request that asks for it.
                if (!reader.TryRead(out var read))
                {
                    var reading = reader.ReadAsync(context.RequestAborted);
                    if (!reading.IsCompleted)
                        deadline ??= StartDeadline(context, reader, begun, held);
                    read = await reading;
                }

                var length = read.Buffer.Length;

                // As it arrives, whatever length was announced.
                if (length > limit)
                    refusal = Problems.TooLarge(limit);
                else if (!memory.TryTake(length - held))
                    refusal = Problems.NoMemory();
                else
                {
                    held = length;
                    if (read.IsCompleted)
                    {
                        ReadOnlyMemory<byte> body = read.Buffer.ToArray();
                        reader.AdvanceTo(read.Buffer.End);
                        isHandedOver = true;
                        return new(body.Span.StartsWith(ByteOrderMark) ? body[ByteOrderMark.Length..] : body, held);
                    }

                    if (deadline?.IsOver(length) is not true)
                    {
                        reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                        continue;
                    }

                    refusal = Problems.TooSlow(deadline.Allowed(length).TotalSeconds);
                }

                // The rest of the body is not waited for.
                if (!HttpProtocol.IsHttp2(context.Request.Protocol) && !HttpProtocol.IsHttp3(context.Request.Protocol))
                    context.Response.Headers.Connection = "close";
                reader.AdvanceTo(read.Buffer.End);
                break;
            }
        }
        catch (BadHttpRequestException exception) when (!context.RequestAborted.IsCancellationRequested)
        {
            refusal = new ProblemResult(exception.StatusCode, exception.Message);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // BadHttpRequestException is an IOException too: of a client that ended its side in the middle.
            refusal = exception is ConnectionResetException or OperationCanceledException || context.RequestAborted.IsCancellationRequested ? Left() : Problems.NotHttp();
        }
        catch (InvalidDataException)
        {
            // Of an application that takes compressed bodies before they come here.
            refusal = Problems.NotDecompressed();
        }
        finally
        {
            deadline?.Dispose();

            // Whatever was thrown: bytes that nobody gives back are lost until the process ends.
            if (!isHandedOver)
                memory.GiveBack(held);
        }

        return new(default, 0, refusal);
    }

    public void GiveBack(ReadBody body) => memory.GiveBack(body.Held);

    /// <summary>A client that is gone reads no answer; the status is for the log of requests.</summary>
    private StatusCodeHttpResult Left()
    {
        SafeLog.Write(() => Log.ClientLeft(logger));
        return TypedResults.StatusCode(StatusCodes.Status499ClientClosedRequest);
    }

    private BodyDeadline StartDeadline(HttpContext context, PipeReader reader, long begun, long arrived)
    {
        // The server has a rule of its own, which would cut off a body that pauses for five seconds.
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
        return new BodyDeadline(reader, begun, arrived, context.Request.ContentLength, deadlines, timeProvider, options.Value);
    }

    private static bool IsEncoded(StringValues encoding) =>
        encoding.Count > 0 && encoding.ToString() is { Length: > 0 } name && !name.Equals("identity", StringComparison.OrdinalIgnoreCase);
}

/// <summary>What came of reading a body.</summary>
/// <param name="Bytes">The body without its byte order mark.</param>
/// <param name="Held">How many bytes of the memory it holds.</param>
/// <param name="Refusal">The answer if there is no body.</param>
internal readonly record struct ReadBody(ReadOnlyMemory<byte> Bytes, long Held, IResult? Refusal = null);

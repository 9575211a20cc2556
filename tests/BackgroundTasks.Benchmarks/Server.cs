using System.Collections.Concurrent;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BackgroundTasks.Benchmarks;

/// <summary>
/// What the service is measured beside: an endpoint that answers with a constant of the same shape and does no work, or a peer behind
/// the same endpoints, as one writes them by hand.
/// </summary>
internal static class Server
{
    public static async Task<int> RunAsync(string kind, string address)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(address);
        builder.Services.ConfigureHttpJsonOptions(options => options.SerializerOptions.TypeInfoResolverChain.Insert(0, BenchJson.Default));
        builder.Services.AddSingleton<ConcurrentDictionary<string, string>>();
        switch (kind)
        {
            case "hangfire":
                HangfirePeer.Add(builder.Services);
                break;
            case "coravel":
                CoravelPeer.Add(builder);
                break;
            default:
                builder.Services.AddSingleton<IPeer, NoPeer>();
                break;
        }

        await using var app = builder.Build();
        app.MapPost("/tasks", Submit);
        app.MapGet("/tasks/{id}", Read);
        await app.RunAsync();
        return 0;
    }

    private static Accepted<Answered> Submit(Asked asked, HttpContext context, IPeer peer, ConcurrentDictionary<string, string> keys)
    {
        var id = context.Request.Headers["Idempotency-Key"] is [{ } key] && peer is not NoPeer
            ? keys.GetOrAdd(key, static (_, submit) => submit.peer.Submit(submit.asked.Payload), (peer, asked))
            : peer.Submit(asked.Payload);
        var path = $"/tasks/{id}";
        context.Response.Headers.ETag = "W/\"1.0\"";
        context.Response.Headers.RetryAfter = "1";
        context.Response.Headers.Vary = "Prefer";
        return TypedResults.Accepted(path, Answered.Of(asked.Type, id, path, "queued", null));
    }

    private static Results<Ok<Answered>, StatusCodeHttpResult> Read(string id, HttpContext context, IPeer peer)
    {
        var (finished, result) = peer.Find(id);
        var tag = finished ? "W/\"3.0\"" : "W/\"1.0\"";
        context.Response.Headers.ETag = tag;
        context.Response.Headers.CacheControl = "private, no-cache";
        context.Response.Headers.Vary = "Accept, Prefer";
        if (context.Request.Headers.IfNoneMatch == tag)
            return TypedResults.StatusCode(StatusCodes.Status304NotModified);
        return TypedResults.Ok(Answered.Of("echo", id, context.Request.Path, finished ? "succeeded" : "queued", result));
    }
}

internal sealed record Echo(string Text);

internal sealed record Asked(string Type, Echo Payload);

internal sealed record Links(string Self, string Events, string? Cancel, string? Retry);

/// <summary>As long as the answer of the service.</summary>
internal sealed record Answered(
    string Id, string Type, string Queue, string Status, long Version, int Priority, int Attempt, int MaxAttempts, int LostRuns, string? Progress, DateTimeOffset CreatedAt,
    DateTimeOffset? ScheduledFor, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt, DateTimeOffset? ExpiresAt, bool CancelRequested, string? Result, string? Error,
    Dictionary<string, string> Tags, Links Links)
{
    private static readonly DateTimeOffset Time = DateTimeOffset.UnixEpoch.AddDays(20_000);

    public static Answered Of(string type, string id, string path, string status, string? result)
    {
        DateTimeOffset? finished = status is "succeeded" ? Time : null;
        return new(id, type, "default", status, 1, 0, 0, 1, 0, null, Time, null, finished, finished, finished, false, result, null, [], new(path, path + "/events", path + "/cancel", null));
    }
}

[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Asked))]
[JsonSerializable(typeof(Answered))]
internal sealed partial class BenchJson : JsonSerializerContext;

using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BackgroundTasks.Benchmarks;

/// <summary>What a load generator asks: tasks in memory or on SQLite, or an endpoint that answers with a constant of the same shape and does no work.</summary>
internal static class Server
{
    public static async Task<int> RunAsync(string kind, string address)
    {
        using var folder = new BenchFolder();

        // The folder of the run is in the application's own, which is watched for changed settings otherwise.
        var builder = WebApplication.CreateBuilder(["--hostBuilder:reloadConfigOnChange=false"]);
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(address);
        builder.Services.ConfigureHttpJsonOptions(options => options.SerializerOptions.TypeInfoResolverChain.Insert(0, BenchJson.Default));
        var tasks = builder.Services.AddBackgroundTasks(options => options.MaxRetained = 1_000_000).AddHandler(
            "echo", (Echo payload, BackgroundTaskContext context, CancellationToken cancellationToken) => Task.FromResult(payload.Text));
        if (kind is "sqlite")
            tasks.UseSqlite(folder.File("tasks.db"));
        await using var app = builder.Build();
        if (kind is "bare")
            app.MapPost("/tasks", Answer);
        else
            app.MapBackgroundTasks();
        await app.RunAsync();
        return 0;
    }

    private static Microsoft.AspNetCore.Http.HttpResults.Accepted<Answered> Answer(Asked asked, HttpContext context)
    {
        context.Response.Headers.ETag = "W/\"1.0\"";
        context.Response.Headers.RetryAfter = "1";
        context.Response.Headers.Vary = "Prefer";
        return TypedResults.Accepted("/tasks/0199f0c2b3d47a1e8f5566778899aabb", Answered.Constant with { Type = asked.Type });
    }
}

internal sealed record Echo(string Text);

internal sealed record Asked(string Type, Echo Payload);

/// <summary>As long as the answer of a submit.</summary>
internal sealed record Answered(
    string Id, string Type, string Queue, string Status, long Version, int Priority, int Attempt, int MaxAttempts, int LostRuns, string? Progress, DateTimeOffset CreatedAt,
    DateTimeOffset? ScheduledFor, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt, DateTimeOffset? ExpiresAt, bool CancelRequested, string? Result, string? Error,
    Dictionary<string, string> Tags, Dictionary<string, string?> Links)
{
    public static Answered Constant { get; } = new(
        "0199f0c2b3d47a1e8f5566778899aabb", "echo", "default", "queued", 1, 0, 0, 1, 0, null, DateTimeOffset.UnixEpoch.AddDays(20_000), null, null, null, null, false, null, null, [],
        new()
        {
            ["self"] = "/tasks/0199f0c2b3d47a1e8f5566778899aabb",
            ["events"] = "/tasks/0199f0c2b3d47a1e8f5566778899aabb/events",
            ["cancel"] = "/tasks/0199f0c2b3d47a1e8f5566778899aabb/cancel",
            ["retry"] = null,
        });
}

[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Asked))]
[JsonSerializable(typeof(Answered))]
internal sealed partial class BenchJson : JsonSerializerContext;

using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace BackgroundTasks.Client.Http;

/// <summary>What the service answered, read to its end; a stream of events is open and its owner's to dispose.</summary>
internal sealed class Answer
{
    public required HttpStatusCode Status { get; init; }

    public byte[] Body { get; init; } = [];

    public string? ETag { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    public HttpResponseMessage? Stream { get; init; }

    public bool IsSuccess => (int)Status is >= 200 and < 300;

    /// <summary>The service itself has no such thing. A 404 that does not say so comes from a wrong address.</summary>
    public bool IsUnknown => Status is HttpStatusCode.NotFound && IsOfService;

    /// <summary>The service itself refused: it always says why, and what stands between does not.</summary>
    public bool IsOfService => Refusal.DetailsOf(this)?.Detail is not null;

    /// <summary>This attempt or an earlier one may have been heard, though its answer was lost.</summary>
    public bool Doubtful { get; set; }

    public static Answer Of(HttpResponseMessage response, byte[] body, TimeProvider timeProvider) => new()
    {
        Status = response.StatusCode,
        Body = body,
        ETag = response.Headers.ETag?.ToString(),
        RetryAfter = RetryAfterOf(response, timeProvider),
    };

    public static Answer Of(HttpResponseMessage stream) => new() { Status = stream.StatusCode, Stream = stream };

    public BackgroundTaskSnapshot ReadTask(Call call) => Read(call, ClientJson.Default.BackgroundTaskSnapshot) with { ETag = ETag };

    public T Read<T>(Call call, JsonTypeInfo<T> type) => Read(Body, type, call);

    /// <summary>What is not as the contract says did not come from the service, or not whole. The call may have been heard all the same.</summary>
    public static T Read<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type, Call? call = null)
    {
        try
        {
            return JsonSerializer.Deserialize(json, type) ?? throw new JsonException("It is null.");
        }
        catch (JsonException exception)
        {
            throw Foreign(exception.Message, call, exception);
        }
    }

    /// <summary>Something else answered.</summary>
    public static ServiceUnreachableException Foreign(string why, Call? call, JsonException? exception = null)
    {
        var next = call is { Repeatable: false } ? $" {Refusal.LookFirst}" : "";
        return new($"What answered is not a BackgroundTasks service: {why} Check the address, and what stands between.{next}", call?.IdempotencyKey, exception) { MayHaveBeenHeard = true };
    }

    private static TimeSpan? RetryAfterOf(HttpResponseMessage response, TimeProvider timeProvider)
    {
        if (response.Headers.RetryAfter is not { } header)
            return null;
        var after = header.Delta ?? header.Date - timeProvider.GetUtcNow();
        return after < TimeSpan.Zero ? TimeSpan.Zero : after;
    }
}

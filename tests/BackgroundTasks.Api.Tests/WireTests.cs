using System.Text.Json;
using BackgroundTasks.Api.Images;
using BackgroundTasks.Api.Notifications;
using BackgroundTasks.Api.Primes;
using BackgroundTasks.Api.PushNotifications;
using BackgroundTasks.Api.Waiting;

namespace BackgroundTasks.Api.Tests;

/// <summary>What clients write and read: a renamed member shows up here.</summary>
public sealed class WireTests
{
    private static readonly JsonSerializerOptions Json = new BackgroundTasksOptions().SerializerOptions;

    [Fact]
    public void The_task_types_keep_their_names() => Assert.Equal(
        ["count-primes", "push-notification", "resize-image", "send-notification", "wait"],
        [PrimeExtensions.TaskType, PushNotificationExtensions.TaskType, ImageExtensions.TaskType, NotificationExtensions.TaskType, WaitExtensions.TaskType]);

    [Fact]
    public void Payloads_are_read_by_their_names()
    {
        Assert.Equal(new CountPrimesPayload(100), Read<CountPrimesPayload>("""{"upTo":100}"""));
        Assert.Equal(new WaitPayload(0.5), Read<WaitPayload>("""{"seconds":0.5}"""));
        Assert.Equal(new SendNotificationPayload("ada@example.org", "hello"), Read<SendNotificationPayload>("""{"email":"ada@example.org","message":"hello"}"""));
        Assert.Equal("some notification", Read<SendNotificationPayload>("""{"email":"ada@example.org"}""").Message);
        Assert.Equal(
            new ResizeImagePayload("0123456789abcdef0123456789abcdef", 320, 240, "webp"),
            Read<ResizeImagePayload>("""{"upload":"0123456789abcdef0123456789abcdef","width":320,"height":240,"format":"webp"}"""));
        var push = Read<PushNotificationPayload>("""{"url":"https://example.org/","event":"invoice.paid","data":{"id":42}}""");
        Assert.Equal(("https://example.org/", "invoice.paid", 42), (push.Url, push.Event, push.Data.GetProperty("id").GetInt32()));
    }

    [Fact]
    public void Results_are_written_by_their_names()
    {
        Assert.Equal("""{"upTo":100,"count":25}""", Write(new CountPrimesResult(100, 25)));
        Assert.Equal("""{"seconds":0.5}""", Write(new WaitResult(0.5)));
        Assert.Equal("""{"log":"notifications.log","mail":null}""", Write(new SendNotificationResult("notifications.log", null)));
        Assert.Equal(
            """{"width":320,"height":240,"contentType":"image/png","bytes":7,"url":"/images/1"}""",
            Write(new ResizeImageResult(320, 240, "image/png", 7, "/images/1")));
        Assert.Equal("""{"statusCode":204,"webhookId":"1","signed":true}""", Write(new PushNotificationResult(204, "1", Signed: true)));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"email":null}""")]
    [InlineData("""{"email":"ada@example.org","message":null}""")]
    [InlineData("""{"email":"ada@example.org","subject":"hello"}""")]
    public void A_payload_with_a_member_missing_null_or_unknown_is_refused(string json) =>
        Assert.Throws<JsonException>(() => Read<SendNotificationPayload>(json));

    private static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, Json)!;

    private static string Write<T>(T value) => JsonSerializer.Serialize(value, Json);
}

using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace BackgroundTasks.Tests.Budget;

/// <summary>What a client meets when the memory for tasks is used up.</summary>
public sealed class MemoryOverHttpTests
{
    private readonly HeldWork _held = new();

    [Fact]
    public async Task A_submit_that_does_not_fit_is_503_with_a_message_of_its_own_and_is_taken_once_there_is_room()
    {
        await using var app = await StartAsync();
        var client = app.GetTestClient();
        var memory = app.Services.GetRequiredService<BackgroundTaskMemory>();
        memory.Take(memory.Limit);

        var refused = await SubmitAsync(client, "");
        memory.GiveBack(memory.Limit);
        var accepted = await SubmitAsync(client, "");
        (await _held.NextAsync()).Return("");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "1"), (refused.StatusCode, refused.Headers.RetryAfter?.ToString()));
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType!.MediaType);
        using var problem = JsonDocument.Parse(await refused.Content.ReadAsStringAsync());
        Assert.Equal("No memory is left for more tasks and nothing was accepted. Try again later, or send less.", problem.RootElement.GetProperty("detail").GetString());
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
    }

    [Fact]
    public async Task A_task_does_not_hold_on_to_a_body_that_is_much_larger_than_its_payload()
    {
        await using var app = await StartAsync();
        var queue = app.Services.GetRequiredService<IBackgroundTaskQueue>();

        var response = await SubmitAsync(app.GetTestClient(), new string(' ', 500_000));
        var run = await _held.NextAsync();
        var id = Guid.Parse(response.Headers.Location!.ToString().Split('/')[^1]);
        var payload = (await queue.FindAsync(id))!.Submission.Payload;
        run.Return("");

        Assert.True(System.Runtime.InteropServices.MemoryMarshal.TryGetArray(payload, out var array));
        Assert.True(array.Array!.Length <= payload.Length + 256, $"{payload.Length} bytes hold on to {array.Array.Length}.");
    }

    [Fact]
    public async Task A_body_that_cannot_be_decompressed_by_the_application_is_400_and_gives_its_bytes_back()
    {
        await using var app = await StartAsync(builder => builder.Services.AddRequestDecompression(), app => app.UseRequestDecompression());
        var memory = app.Services.GetRequiredService<BackgroundTaskMemory>();
        var before = memory.Used;

        var response = await app.GetTestClient().PostAsync("/tasks", DamagedGzip());

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(before, memory.Used);
    }

    [Fact]
    public async Task A_body_whose_reading_fails_by_a_fault_of_the_program_gives_its_bytes_back()
    {
        var body = new FailingBody(300_000);
        await using var app = await StartAsync(configure: app => app.Use((context, next) =>
        {
            context.Request.Body = body;
            return next(context);
        }));
        var memory = app.Services.GetRequiredService<BackgroundTaskMemory>();
        var before = memory.Used;

        await Assert.ThrowsAsync<InvalidOperationException>(() => SubmitAsync(app.GetTestClient(), ""));

        Assert.True(body.HasFailed);
        Assert.Equal(before, memory.Used);
    }

    private static ByteArrayContent DamagedGzip()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.NoCompression, leaveOpen: true))
            gzip.Write(new byte[400_000]);
        var bytes = packed.ToArray();
        Array.Clear(bytes, 300_000, 100_000);
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new("application/json");
        content.Headers.ContentEncoding.Add("gzip");
        return content;
    }

    private static Task<HttpResponseMessage> SubmitAsync(HttpClient client, string blanks) =>
        client.PostAsync("/tasks", new StringContent("""{"type":"held","payload":{}}""".Replace(",", "," + blanks, StringComparison.Ordinal), Encoding.UTF8, "application/json"));

    private async Task<WebApplication> StartAsync(Action<WebApplicationBuilder>? build = null, Action<WebApplication>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        build?.Invoke(builder);
        builder.Services.AddBackgroundTasks().AddHandler<HeldPayload, string>("held", _held.HandleAsync);
        var app = builder.Build();
        configure?.Invoke(app);
        app.MapBackgroundTasks();
        await app.StartAsync();
        return app;
    }

    /// <summary>A body of which a part comes, and then a fault.</summary>
    private sealed class FailingBody(int length) : Stream
    {
        private int _left = length;

        public bool HasFailed { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            HasFailed = _left == 0;
            if (HasFailed)
                throw new InvalidOperationException("A fault of the program.");
            var read = Math.Min(count, _left);
            _left -= read;
            return read;
        }

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}

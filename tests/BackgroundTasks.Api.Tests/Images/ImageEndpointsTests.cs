using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using BackgroundTasks.Api.Hosting;
using BackgroundTasks.Api.Images;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace BackgroundTasks.Api.Tests.Images;

public sealed class ImageEndpointsTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeQueue _queue = new();
    private readonly ImageOptions _options = new() { MaxUploadBytes = 100_000, MaxStoredBytes = 1_000_000 };
    private readonly byte[] _image = TestImage.Create(8, 8, ".png");
    private readonly ImageFiles _files;
    private readonly HttpClient _client = new();
    private readonly WebApplication _app;

    public ImageEndpointsTests()
    {
        _files = new ImageFiles(_folder.Data, Options.Create(_options));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<IBackgroundTaskQueue>(_queue);
        builder.Services.AddSingleton(new BackgroundTaskIds(TimeProvider.System));
        builder.Services.AddSingleton(_files);
        builder.Services.AddSingleton(Options.Create(_options));
        builder.Services.AddSingleton(new BackgroundTaskMemory(Options.Create(new BackgroundTasksOptions { MaxMemoryBytes = 1 << 30 })));
        builder.Services.AddSingleton<ImageMemory>();
        builder.Services.AddSingleton<ImageResizer>();
        builder.Services.AddSingleton<ImageUploads>();
        builder.Services.AddWriteFaults();
        builder.Services.AddSingleton(TimeProvider.System);
        _app = builder.Build();
        _app.UsePathBase("/base");
        _app.UseRouting();
        _app.MapImages();
    }

    public async Task InitializeAsync()
    {
        await _app.StartAsync();
        _client.BaseAddress = new Uri(_app.Urls.Single());
    }

    [Fact]
    public async Task An_upload_becomes_a_task_with_the_id_of_its_file()
    {
        var response = await PostAsync(Form(_image, ("width", "320"), ("format", "webp")));

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        var (payload, options) = Assert.Single(_queue.Accepted);
        Assert.Equal("resize-image", options.Type);
        Assert.Equal(new ResizeImagePayload($"{options.Id:N}", 320, null, "webp"), payload);
        Assert.Equal($"/tasks/{options.Id:N}", response.Headers.Location!.OriginalString);
        Assert.Equal([_files.UploadPath(options.Id!.Value)], Uploads());
        Assert.Equal(_image, await File.ReadAllBytesAsync(Uploads().Single()));
    }

    [Fact]
    public async Task The_location_follows_the_path_base()
    {
        var response = await PostAsync(Form(_image, ("height", "1")), "/base/images");
        Assert.StartsWith("/base/tasks/", response.Headers.Location!.OriginalString, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_as_large_as_is_allowed_is_taken_whole()
    {
        byte[] content = [.. _image, .. new byte[100_000 - _image.Length]];
        var response = await PostAsync(Form(content, ("width", "1")));
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal(content, await File.ReadAllBytesAsync(Uploads().Single()));
    }

    [Theory]
    [InlineData(100_001)]
    [InlineData(200_000)]
    public async Task A_larger_one_is_413_and_leaves_nothing(int size) =>
        await RefusedAsync(HttpStatusCode.RequestEntityTooLarge, await PostAsync(Form(("width", "1"), ("file", new string('x', size)))));

    [Fact]
    public async Task A_larger_one_of_unannounced_length_is_413_and_leaves_nothing()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/images") { Content = Form(("width", "1"), ("file", new string('x', 150_000))) };
        request.Headers.TransferEncodingChunked = true;
        await RefusedAsync(HttpStatusCode.RequestEntityTooLarge, await _client.SendAsync(request));
    }

    [Theory]
    [InlineData("file", "width", "1")]
    [InlineData("file", "file", "", "width", "1")]
    [InlineData("width", "file", "x")]
    [InlineData("width", "file", "x", "width", "")]
    [InlineData("width", "file", "x", "width", "abc")]
    [InlineData("width", "file", "x", "width", "1.5")]
    [InlineData("width", "file", "x", "width", "-1")]
    [InlineData("width", "file", "x", "width", "0")]
    [InlineData("width", "file", "x", "width", "10001")]
    [InlineData("width", "file", "x", "width", "1", "width", "2")]
    [InlineData("height", "file", "x", "height", "99999999999999999999999999999999999999")]
    [InlineData("format", "file", "x", "width", "1", "format", "bmp")]
    [InlineData("widht", "file", "x", "widht", "1")]
    public async Task A_field_that_is_missing_or_wrong_is_400_and_named(string field, params string[] parts)
    {
        var response = await PostAsync(Form([.. parts.Chunk(2).Select(part => (part[0], part[1]))]));
        var problem = await RefusedAsync(HttpStatusCode.BadRequest, response);
        Assert.Equal([field], problem.GetProperty("errors").EnumerateObject().Select(error => error.Name));
    }

    [Theory]
    [InlineData("application/json", "{}")]
    [InlineData("application/x-www-form-urlencoded", "width=1")]
    [InlineData("multipart/mixed; boundary=b", "--b--")]
    [InlineData("multipart/form-data", "--b--")]
    public async Task A_body_that_is_no_form_with_parts_is_415(string contentType, string body)
    {
        using var content = new StringContent(body) { Headers = { ContentType = MediaTypeHeaderValue.Parse(contentType) } };
        var response = await PostAsync(content);
        await RefusedAsync(HttpStatusCode.UnsupportedMediaType, response);
        Assert.Equal(["multipart/form-data"], response.Headers.GetValues("Accept"));
    }

    [Theory]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nsome by")]
    [InlineData("--b\r\nContent-Disposition: form-data\r\n\r\nsome bytes\r\n--b--\r\n")]
    [InlineData("no boundary at all")]
    public async Task A_broken_form_is_400_and_leaves_nothing(string body)
    {
        using var content = new StringContent(body, Encoding.ASCII) { Headers = { ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=b") } };
        await RefusedAsync(HttpStatusCode.BadRequest, await PostAsync(content));
    }

    [Fact]
    public async Task An_upload_that_is_not_an_image_is_400_at_once_and_leaves_nothing()
    {
        var problem = await RefusedAsync(HttpStatusCode.BadRequest, await PostAsync(Form(("width", "1"), ("file", "GIF? No: just text."))));
        Assert.Equal("The upload is not a complete JPEG, PNG, WebP or GIF image.", problem.GetProperty("errors").GetProperty("file")[0].GetString());
    }

    [Fact]
    public async Task A_small_file_of_a_huge_image_is_400_at_once_and_leaves_nothing()
    {
        var problem = await RefusedAsync(HttpStatusCode.BadRequest, await PostAsync(Form(TestImage.PngHead(5_000_000, 20, 8, 6), ("width", "100"))));
        Assert.Equal("The image has 5000000 × 20 pixels, and a side has 16384 at most.", problem.GetProperty("errors").GetProperty("file")[0].GetString());
    }

    [Fact]
    public async Task A_tiny_image_that_is_to_become_huge_is_400_at_its_field()
    {
        var problem = await RefusedAsync(HttpStatusCode.BadRequest, await PostAsync(Form(TestImage.Create(2, 2, ".gif"), ("width", "10000"))));
        Assert.Equal("The picture would have 10000 × 10000 pixels. An image is enlarged to 16 megapixels at most.", problem.GetProperty("errors").GetProperty("width")[0].GetString());
    }

    [Fact]
    public async Task An_upload_that_has_no_room_beside_all_others_is_503_before_its_body_is_read_and_fits_once_one_is_gone()
    {
        var other = Guid.NewGuid();
        await using (var file = _files.CreateUpload(other))
            await file.WriteAsync(new byte[999_990]);

        var response = await PostAsync(Form(_image, ("width", "1")));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter!.Delta);
        Assert.Contains("the 1,000,000 bytes that all may have (Images:MaxStoredBytes)", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal([_files.UploadPath(other)], Uploads());

        _files.Delete(other);
        Assert.Equal(HttpStatusCode.Accepted, (await PostAsync(Form(_image, ("width", "1")))).StatusCode);
    }

    [Fact]
    public async Task Refused_uploads_leave_no_bytes_behind()
    {
        for (var i = 0; i < 20; i++)
            await RefusedAsync(HttpStatusCode.BadRequest, await PostAsync(Form(("width", "1"), ("file", new string('x', 90_000)))));
        Assert.Equal(0, _files.Room.Used);
    }

    [Fact]
    public async Task A_folder_that_was_removed_is_made_again()
    {
        Directory.Delete(Path.Combine(_folder.Path, "images"), recursive: true);
        Assert.Equal(HttpStatusCode.Accepted, (await PostAsync(Form(_image, ("width", "1")))).StatusCode);
        Assert.Single(Uploads());
    }

    [Fact]
    public async Task An_upload_that_cannot_be_written_is_503_and_health_is_degraded_until_one_can()
    {
        var folder = Path.Combine(_folder.Path, "images", "uploads");
        Directory.Delete(folder);
        await File.WriteAllTextAsync(folder, "");

        var response = await PostAsync(Form(_image, ("width", "1")));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter!.Delta);
        var problem = await response.Content.ReadAsStringAsync();
        Assert.Contains("The image could not be stored: the disk is full, or the service may not write it. Try again later.", problem, StringComparison.Ordinal);
        Assert.DoesNotContain(_folder.Path, problem, StringComparison.Ordinal);
        Assert.Equal((HealthStatus.Degraded, "Cannot be written: images."), await HealthAsync());

        File.Delete(folder);
        Assert.Equal(HttpStatusCode.Accepted, (await PostAsync(Form(_image, ("width", "1")))).StatusCode);
        Assert.Equal((HealthStatus.Healthy, null), await HealthAsync());
    }

    [Fact]
    public async Task A_full_queue_is_503_and_the_upload_is_removed()
    {
        _queue.Failure = new BackgroundTaskQueueFullException();
        var response = await PostAsync(Form(_image, ("width", "1")));
        await RefusedAsync(HttpStatusCode.ServiceUnavailable, response);
        Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter!.Delta);
    }

    [Fact]
    public async Task Any_other_failure_removes_the_upload_too()
    {
        _queue.Failure = new InvalidOperationException();
        var response = await PostAsync(Form(_image, ("width", "1")));
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Empty(Uploads());
    }

    [Fact]
    public async Task A_picture_is_served_with_its_type_and_can_be_had_in_parts_or_not_at_all_when_unchanged()
    {
        var id = Picture("picture");
        var response = await _client.GetAsync($"/images/{id:N}");
        Assert.Equal("picture", await response.Content.ReadAsStringAsync());
        Assert.Equal("image/png", response.Content.Headers.ContentType!.ToString());
        Assert.Equal(["nosniff"], response.Headers.GetValues("X-Content-Type-Options"));
        Assert.Equal("max-age=3600, private", response.Headers.CacheControl!.ToString());

        using var unchanged = new HttpRequestMessage(HttpMethod.Get, $"/images/{id:N}") { Headers = { IfNoneMatch = { response.Headers.ETag! } } };
        Assert.Equal(HttpStatusCode.NotModified, (await _client.SendAsync(unchanged)).StatusCode);

        using var part = new HttpRequestMessage(HttpMethod.Get, $"/images/{id:N}") { Headers = { Range = new RangeHeaderValue(0, 2) } };
        var partial = await _client.SendAsync(part);
        Assert.Equal(HttpStatusCode.PartialContent, partial.StatusCode);
        Assert.Equal("pic", await partial.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task HEAD_says_the_same_without_the_picture()
    {
        using var head = new HttpRequestMessage(HttpMethod.Head, $"/images/{Picture("picture"):N}");
        var response = await _client.SendAsync(head);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(7, response.Content.Headers.ContentLength);
        Assert.Equal("image/png", response.Content.Headers.ContentType!.ToString());
    }

    [Theory]
    [InlineData("0123456789abcdef0123456789abcdef")]
    [InlineData("..%2f..%2fetc%2fpasswd")]
    [InlineData("1")]
    public async Task A_picture_that_is_not_there_is_404(string id) =>
        await RefusedAsync(HttpStatusCode.NotFound, await _client.GetAsync($"/images/{id}"));

    public async Task DisposeAsync() => await _app.DisposeAsync();

    public void Dispose()
    {
        _client.Dispose();
        _folder.Dispose();
    }

    private Guid Picture(string content)
    {
        var id = new BackgroundTaskIds(TimeProvider.System).Next();
        File.WriteAllText(_files.PicturePath(id, PictureFormat.Png), content);
        return id;
    }

    private async Task<(HealthStatus, string?)> HealthAsync()
    {
        var entry = (await _app.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries["files"];
        return (entry.Status, entry.Description);
    }

    private Task<HttpResponseMessage> PostAsync(HttpContent content, string path = "/images") => _client.PostAsync(path, content);

    private static MultipartFormDataContent Form(byte[] image, params (string Name, string Value)[] fields)
    {
        var form = Form(fields);
        form.Add(new ByteArrayContent(image), "file", "../../evil.png");
        return form;
    }

    private static MultipartFormDataContent Form(params (string Name, string Value)[] parts)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, value) in parts)
        {
            if (name == "file")
                form.Add(new ByteArrayContent(Encoding.UTF8.GetBytes(value)), name, "../../evil.png");
            else
                form.Add(new StringContent(value), name);
        }

        return form;
    }

    private async Task<JsonElement> RefusedAsync(HttpStatusCode status, HttpResponseMessage response)
    {
        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        Assert.Empty(Uploads());
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
    }

    private string[] Uploads() => Directory.GetFiles(Path.Combine(_folder.Path, "images", "uploads"));
}

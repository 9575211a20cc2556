using BackgroundTasks.Api.Images;
using Microsoft.Extensions.Options;
using NetVips;

namespace BackgroundTasks.Api.Tests.Images;

public sealed class ResizeImageHandlerTests : IDisposable
{
    private const string Incomplete = "The upload is not a complete JPEG, PNG, WebP or GIF image.";
    private readonly TemporaryFolder _folder = new();
    private readonly ImageOptions _options = new();
    private readonly FakeContext _context = new();
    private readonly BackgroundTaskMemory _budget = new(Options.Create(new BackgroundTasksOptions { MaxMemoryBytes = 8L << 30 }));
    private readonly List<ImageResizer> _resizers = [];
    private readonly ImageFiles _files;

    public ResizeImageHandlerTests() => _files = new ImageFiles(_folder.Data, Options.Create(_options));

    [Theory]
    [InlineData(".jpg", "jpeg", "image/jpeg")]
    [InlineData(".png", "png", "image/png")]
    [InlineData(".webp", "webp", "image/webp")]
    [InlineData(".gif", "png", "image/png")]
    public async Task An_image_is_made_smaller_and_keeps_its_aspect_and_its_format(string suffix, string format, string contentType)
    {
        await UploadAsync(TestImage.Create(640, 480, suffix));
        var result = await HandleAsync(width: 320);

        var path = Path.Combine(_folder.Path, "images", "pictures", $"{_context.Id:N}.{format}");
        Assert.Equal(new ResizeImageResult(320, 240, contentType, new FileInfo(path).Length, $"/images/{_context.Id:N}"), result);
        Assert.Equal([path], Directory.GetFiles(Path.GetDirectoryName(path)!));
        using var picture = Image.NewFromFile(path);
        Assert.Equal((320, 240), (picture.Width, picture.Height));
        Assert.DoesNotContain(picture.GetFields(), field => field.StartsWith("exif-ifd0-Copyright", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("jpeg")]
    [InlineData("png")]
    [InlineData("webp")]
    public async Task Another_format_can_be_asked_for(string format)
    {
        await UploadAsync(TestImage.Create(64, 48, ".png", transparent: true));
        Assert.Equal("image/" + format, (await HandleAsync(height: 24, format: format)).ContentType);
        using var picture = Image.NewFromFile(_files.PicturePath(_context.Id, PictureFormat.Find(format)!));
        Assert.Equal(format == "jpeg" ? 3 : 4, picture.Bands);
    }

    [Fact]
    public async Task What_is_transparent_becomes_white_in_a_format_without_transparency()
    {
        await UploadAsync(TestImage.Create(64, 48, ".png", transparent: true));
        await HandleAsync(width: 64, format: "jpeg");
        using var picture = Image.NewFromFile(_files.PicturePath(_context.Id, PictureFormat.Jpeg));
        Assert.All(picture[10, 10], value => Assert.InRange(value, 250, 255));
    }

    [Theory]
    [InlineData(100, null, 100, 75)]
    [InlineData(null, 60, 80, 60)]
    [InlineData(100, 60, 80, 60)]
    [InlineData(80, 600, 80, 60)]
    [InlineData(1280, null, 1280, 960)]
    public async Task It_fits_into_what_was_asked_for_and_may_grow(int? width, int? height, int expectedWidth, int expectedHeight)
    {
        await UploadAsync(TestImage.Create(640, 480, ".png"));
        var result = await HandleAsync(width, height);
        Assert.Equal((expectedWidth, expectedHeight), (result.Width, result.Height));
    }

    [Fact]
    public async Task An_image_that_lies_on_its_side_is_put_upright()
    {
        await UploadAsync(TestImage.Create(640, 480, ".jpg", orientation: 6));
        var result = await HandleAsync(width: 240);
        Assert.Equal((240, 320), (result.Width, result.Height));
        using var picture = Image.NewFromFile(_files.PicturePath(_context.Id, PictureFormat.Jpeg));
        Assert.True(picture[120, 20][0] > 200, "What was left is on top: red.");
        Assert.True(picture[120, 300][2] > 200, "What was right is at the bottom: blue.");
    }

    [Fact]
    public async Task Progress_is_reported()
    {
        await UploadAsync(TestImage.Create(2000, 2000, ".png"));
        await HandleAsync(width: 1500);
        Assert.NotEmpty(_context.Reports());
    }

    [Fact]
    public async Task What_is_no_image_is_refused_with_a_message_for_the_client()
    {
        await UploadAsync("GIF? No: just text, and longer than any magic number."u8.ToArray());
        await RefusedAsync(Incomplete);
    }

    [Theory]
    [InlineData(".jpg")]
    [InlineData(".png")]
    [InlineData(".webp")]
    [InlineData(".gif")]
    public async Task A_truncated_image_is_refused_and_leaves_no_picture(string suffix)
    {
        var image = TestImage.Create(640, 480, suffix);
        await UploadAsync(image[..(image.Length * 2 / 3)]);
        await RefusedAsync(Incomplete);
        Assert.Empty(Directory.GetFiles(Path.Combine(_folder.Path, "images", "pictures")));
    }

    [Theory]
    [InlineData(".tif")]
    [InlineData(".avif")]
    public async Task A_format_that_is_not_served_is_refused(string suffix)
    {
        await UploadAsync(TestImage.Create(64, 48, suffix));
        await RefusedAsync(Incomplete);
    }

    [Fact]
    public async Task A_vector_image_that_could_name_other_files_is_refused()
    {
        await UploadAsync("""<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="/etc/passwd"/></svg>"""u8.ToArray());
        await RefusedAsync(Incomplete);
    }

    [Theory]
    [InlineData(5_000_000, 20, 8, 6, "The image has 5000000 × 20 pixels, and a side has 16384 at most.")]
    [InlineData(9_999_999, 10, 1, 0, "The image has 9999999 × 10 pixels, and a side has 16384 at most.")]
    [InlineData(10, 16_385, 8, 2, "The image has 10 × 16385 pixels, and a side has 16384 at most.")]
    [InlineData(10_001, 10_000, 8, 0, "The image has 10001 × 10000 pixels, which is more than 100 megapixels.")]
    public async Task A_small_file_of_a_huge_image_is_refused_for_good_before_anything_of_it_is_decoded(int width, int height, byte bitDepth, byte colorType, string message)
    {
        await UploadAsync(TestImage.PngHead(width, height, bitDepth, colorType));
        await RefusedAsync(message);
    }

    [Theory]
    [InlineData(".jpg", ".jpg[interlace]", "png")]
    [InlineData(".png", ".png[interlace]", "png")]
    [InlineData(".png", ".gif", "png")]
    [InlineData(".png", ".webp", "png")]
    [InlineData(".png", ".png", "webp")]
    public async Task An_image_of_which_a_decoder_or_an_encoder_keeps_all_counts_whole(string byLine, string whole, string format)
    {
        _options.MaxMemoryBytes = 64L << 20;
        await UploadAsync(TestImage.Create(5_000, 5_000, byLine));
        await InspectAsync(new(Width: 4_000, Format: "png"));
        _files.DeleteUpload(_context.Id);

        await UploadAsync(TestImage.Create(5_000, 5_000, whole));
        var refusal = await Assert.ThrowsAsync<ImageRefusedException>(() => InspectAsync(new(Width: 4_000, Format: format)));

        Assert.EndsWith("all images have 64 MB. Send one that is smaller, or neither interlaced nor progressive.", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_image_that_must_be_turned_counts_its_picture_whole()
    {
        _options.MaxMemoryBytes = 96L << 20;
        await UploadAsync(TestImage.Create(5_000, 5_000, ".jpg"));
        await InspectAsync(new(Width: 5_000));
        _files.DeleteUpload(_context.Id);

        await UploadAsync(TestImage.Create(5_000, 5_000, ".jpg", orientation: 6));
        await Assert.ThrowsAsync<ImageRefusedException>(() => InspectAsync(new(Width: 5_000)));
    }

    [Fact]
    public async Task A_tiny_image_is_enlarged_within_a_bound_and_one_as_large_as_its_picture_is_not_enlarged()
    {
        _options.MaxEnlargedMegapixels = 1;
        await UploadAsync(TestImage.Create(2, 2, ".gif"));
        await InspectAsync(new(Width: 1_000));
        var refusal = await Assert.ThrowsAsync<ImageRefusedException>(() => InspectAsync(new(Width: 10_000)));
        Assert.Equal(("The picture would have 10000 × 10000 pixels. An image is enlarged to 1 megapixels at most.", "width", true), (refusal.Message, refusal.Field, refusal.IsPermanent));
        _files.DeleteUpload(_context.Id);

        await UploadAsync(TestImage.Create(2_000, 2_000, ".png"));
        await InspectAsync(new(Width: 2_000));
    }

    [Fact]
    public async Task An_image_waits_for_its_memory_until_it_is_canceled()
    {
        await UploadAsync(TestImage.Create(64, 48, ".png"));
        _options.MaxMemoryBytes = 32L << 20;
        var resizer = Resizer(out var memory);
        using var all = await memory.EnterAsync(memory.Limit, CancellationToken.None);
        using var cancel = new CancellationTokenSource();

        var waiting = new ResizeImageHandler(_files, resizer).HandleAsync(new(_context.Id.ToString("N"), 32), _context, cancel.Token);
        Assert.False(waiting.IsCompleted);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Empty(Directory.GetFiles(Path.Combine(_folder.Path, "images", "pictures")));
    }

    [Fact]
    public async Task A_picture_that_cannot_be_written_is_not_the_images_fault_and_leaves_nothing()
    {
        await UploadAsync(TestImage.Create(640, 480, ".png"));
        Directory.CreateDirectory(_files.UnfinishedPath(_context.Id));
        var failure = await Assert.ThrowsAsync<ImageNotStoredException>(() => HandleAsync(width: 320));
        Assert.Equal("The image could not be stored: the disk is full, or the service may not write it. Try again later.", failure.Message);
        Assert.False(failure.IsPermanent);
    }

    [Fact]
    public async Task A_picture_that_has_no_room_beside_all_others_fails_and_gives_its_room_back()
    {
        var image = TestImage.Create(640, 480, ".png");
        await UploadAsync(image);
        var used = _files.Room.Used;
        _files.Room.Count(_options.MaxStoredBytes - used - 100);

        var failure = await Assert.ThrowsAsync<ImageNotStoredException>(() => HandleAsync(width: 600));

        Assert.Contains("Images:MaxStoredBytes", failure.Message, StringComparison.Ordinal);
        Assert.Equal((image.Length, _options.MaxStoredBytes - 100), (used, _files.Room.Used));
        Assert.Empty(Directory.GetFiles(Path.Combine(_folder.Path, "images", "pictures")));
    }

    [Fact]
    public async Task All_files_of_a_task_count_while_they_are_there_also_for_the_next_process()
    {
        await UploadAsync(TestImage.Create(640, 480, ".png"));
        await HandleAsync(width: 320);
        var all = _folder.Bytes("images");
        Assert.Equal(all, _files.Room.Used);

        var next = new ImageFiles(_folder.Data, Options.Create(_options));
        Assert.Equal([_context.Id], next.Adopt());
        Assert.Equal(all, next.Room.Used);
        next.Delete(_context.Id);
        Assert.Equal(0, next.Room.Used);
    }

    [Fact]
    public async Task A_picture_that_would_become_too_long_is_refused()
    {
        await UploadAsync(TestImage.Create(2, 100, ".png"));
        await RefusedAsync("The picture would have 320 × 16000 pixels, and 10000 a side are the most.");
    }

    [Fact]
    public async Task Another_tasks_upload_cannot_be_had()
    {
        await UploadAsync(TestImage.Create(64, 48, ".png"));
        var refusal = await Assert.ThrowsAsync<ImageRefusedException>(() => Handler().HandleAsync(
            new ResizeImagePayload(_context.Id.ToString("N"), 32), new FakeContext(), CancellationToken.None));
        Assert.StartsWith("The upload is not one of this task.", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_upload_that_is_gone_is_refused() => await RefusedAsync("The upload is gone. Send the image again.");

    [Fact]
    public async Task A_run_that_is_repeated_after_its_upload_went_finds_its_picture()
    {
        await UploadAsync(TestImage.Create(64, 48, ".png"));
        var first = await HandleAsync(width: 320);
        _files.DeleteUpload(_context.Id);
        Assert.Equal(first, await HandleAsync(width: 320));
    }

    [Fact]
    public async Task A_cancel_stops_it_under_way()
    {
        _options.MaxEnlargedMegapixels = 100;
        await UploadAsync(TestImage.Create(64, 48, ".png"));
        using var cancel = new CancellationTokenSource();
        var handling = Task.Run(() => HandleAsync(width: 10_000, cancellationToken: cancel.Token));
        await _context.NextReportAsync();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => handling);
    }

    [Fact]
    public async Task A_cancel_before_it_runs_stops_it_and_leaves_no_picture()
    {
        await UploadAsync(TestImage.Create(64, 48, ".png"));
        using var cancel = new CancellationTokenSource();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => HandleAsync(width: 3000, cancellationToken: cancel.Token));
        Assert.Empty(Directory.GetFiles(Path.Combine(_folder.Path, "images", "pictures")));
    }

    [Theory]
    [InlineData("../../etc/passwd", 1, null, "png", "Upload")]
    [InlineData("0123456789abcdef-0123456789abcdef", 1, null, "png", "Upload")]
    [InlineData("0123456789abcdef0123456789abcdef", 0, null, "png", "Width")]
    [InlineData("0123456789abcdef0123456789abcdef", 10_001, null, "png", "Width")]
    [InlineData("0123456789abcdef0123456789abcdef", null, -1, "png", "Height")]
    [InlineData("0123456789abcdef0123456789abcdef", null, null, "png", "Width")]
    [InlineData("0123456789abcdef0123456789abcdef", 1, null, "svg", "Format")]
    public void A_payload_out_of_range_is_refused(string upload, int? width, int? height, string format, string member) =>
        Assert.Equal([member], Payload.FaultyMembers(new ResizeImagePayload(upload, width, height, format)));

    [Fact]
    public void A_payload_in_range_is_taken() =>
        Assert.Empty(Payload.FaultyMembers(new ResizeImagePayload("0123456789abcdef0123456789abcdef", Height: 10_000)));

    public void Dispose()
    {
        _resizers.ForEach(resizer => resizer.Dispose());
        _folder.Dispose();
    }

    private ResizeImageHandler Handler() => new(_files, Resizer(out _));

    private ImageResizer Resizer(out ImageMemory memory)
    {
        memory = new ImageMemory(Options.Create(_options), _budget);
        var resizer = new ImageResizer(Options.Create(_options), memory);
        _resizers.Add(resizer);
        return resizer;
    }

    private Task<ImagePlan> InspectAsync(ResizeImagePayload payload) => Resizer(out _).InspectAsync(_files.UploadPath(_context.Id), payload, CancellationToken.None);

    private async Task UploadAsync(byte[] bytes)
    {
        await using var file = _files.CreateUpload(_context.Id);
        await file.WriteAsync(bytes);
    }

    private async Task<ResizeImageResult> HandleAsync(int? width = null, int? height = null, string? format = null, CancellationToken cancellationToken = default) =>
        await Handler().HandleAsync(new ResizeImagePayload(_context.Id.ToString("N"), width, height, format), _context, cancellationToken);

    private async Task RefusedAsync(string message)
    {
        var refusal = await Assert.ThrowsAsync<ImageRefusedException>(() => HandleAsync(width: 320));
        Assert.Equal((message, true), (refusal.Message, refusal.IsPermanent));
    }
}

using System.Diagnostics;
using System.Text.Json.Nodes;

namespace BackgroundTasks.Cli.Tests;

public sealed class UploadTests(RunningService service) : IClassFixture<RunningService>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("background-tasks-images-").FullName;

    [Fact]
    public async Task An_image_goes_up_and_its_picture_comes_down()
    {
        var (image, picture) = (await ImageAsync(), Path.Combine(_folder, "small.png"));

        var uploaded = await service.RunAsync("upload", image, "--width", "8", "--height", "8", "--format", "png", "--out", picture);

        Assert.Equal((0, ""), (uploaded.ExitCode, uploaded.Errors));
        Assert.Equal("image/png", JsonNode.Parse(uploaded.Output)!["contentType"]!.GetValue<string>());
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], (await File.ReadAllBytesAsync(picture))[..4]);
        Assert.Equal(2, Directory.GetFiles(_folder).Length);
    }

    [Fact]
    public async Task Without_waiting_the_id_is_printed()
    {
        var uploaded = await service.RunAsync("upload", await ImageAsync(), "--width", "8");
        var waited = await service.RunAsync("wait", uploaded.Output.Trim());

        Assert.Matches("^[0-9a-f]{32}\n$", uploaded.Output);
        Assert.Equal(0, waited.ExitCode);
    }

    [Fact]
    public async Task What_is_wrong_with_an_upload_is_told()
    {
        var wrong = await service.RunAsync("upload", await ImageAsync(), "--width", "0");
        var none = await service.RunAsync("upload", await ImageAsync(), "--width", "8", "--url", RunningService.FreeAddress(), "--retry-for", "100ms");

        Assert.Equal((2, ""), (wrong.ExitCode, wrong.Output));
        Assert.Contains("width: ", wrong.Errors, StringComparison.Ordinal);
        Assert.Equal((3, ""), (none.ExitCode, none.Output));
    }

    [Theory]
    [InlineData("")]
    [InlineData("none/small.png")]
    public async Task A_picture_that_cannot_be_saved_is_told_before_the_upload(string place)
    {
        var uploaded = await service.RunAsync("upload", await ImageAsync(), "--width", "8", "--out", Path.Combine(_folder, place), "--url", RunningService.FreeAddress());

        Assert.Equal((2, ""), (uploaded.ExitCode, uploaded.Output));
        Assert.Contains("cannot be saved", uploaded.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_an_image_is_refused_and_leaves_no_picture()
    {
        var (text, picture) = (Path.Combine(_folder, "text.png"), Path.Combine(_folder, "small.png"));
        await File.WriteAllTextAsync(text, "not an image");

        var uploaded = await service.RunAsync("upload", text, "--width", "8", "--out", picture);

        Assert.Equal((2, ""), (uploaded.ExitCode, uploaded.Output));
        Assert.Contains("file: The upload is not a complete JPEG, PNG, WebP or GIF image.", uploaded.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(picture));
    }

    [Fact]
    public async Task A_damaged_image_fails_as_a_task_and_leaves_no_picture()
    {
        var (headOnly, picture) = (Path.Combine(_folder, "head.png"), Path.Combine(_folder, "small.png"));
        await File.WriteAllBytesAsync(headOnly, Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAAklEQVR42v0bdY4="));

        var uploaded = await service.RunAsync("upload", headOnly, "--width", "8", "--out", picture);

        Assert.Equal((1, ""), (uploaded.ExitCode, uploaded.Output));
        Assert.False(File.Exists(picture));
    }

    [Theory]
    [InlineData("a \"b\".gif")]
    [InlineData("a\nb.gif")]
    public async Task An_image_may_have_any_name(string name)
    {
        var image = Path.Combine(_folder, name);
        File.Move(await ImageAsync(), image);

        var uploaded = await service.RunAsync("upload", image, "--width", "8", "--wait");

        Assert.Equal((0, ""), (uploaded.ExitCode, uploaded.Errors));
    }

    [Fact]
    public async Task A_picture_is_saved_through_a_link_which_stays_one()
    {
        var (picture, link) = (Path.Combine(_folder, "picture.png"), Path.Combine(_folder, "link.png"));
        await File.WriteAllTextAsync(picture, "older and longer than the picture that takes its place in the file. ".PadRight(1000));
        File.CreateSymbolicLink(link, picture);

        var uploaded = await service.RunAsync("upload", await ImageAsync(), "--width", "8", "--format", "png", "--out", link);

        Assert.Equal((0, ""), (uploaded.ExitCode, uploaded.Errors));
        Assert.Equal(picture, new FileInfo(link).LinkTarget);
        Assert.Equal(JsonNode.Parse(uploaded.Output)!["bytes"]!.GetValue<long>(), new FileInfo(picture).Length);
    }

    [Fact]
    public async Task A_picture_is_written_to_a_pipe_which_stays_one()
    {
        var pipe = Path.Combine(_folder, "pipe");
        using (var made = Process.Start("mkfifo", [pipe]))
            await made.WaitForExitAsync();
        await using var reader = new Child(new("cat", [pipe]));

        var uploaded = await service.RunAsync("upload", await ImageAsync(), "--width", "8", "--format", "png", "--out", pipe);
        Assert.Equal((0, ""), (uploaded.ExitCode, uploaded.Errors));
        Assert.Equal(0, new FileInfo(pipe).Length);
        var read = await reader.EndAsync();

        Assert.Contains("PNG", read.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_picture_that_is_made_and_cannot_be_saved_is_told_with_its_address()
    {
        var uploaded = await service.RunAsync("upload", await ImageAsync(), "--width", "8", "--out", "/dev/full");

        Assert.Equal((2, ""), (uploaded.ExitCode, uploaded.Output));
        Assert.Matches($"fetch it from {service.Address}/images/[0-9a-f]{{32}}\\.\n$", uploaded.Errors);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>A GIF of one pixel.</summary>
    private async Task<string> ImageAsync()
    {
        var image = Path.Combine(_folder, "pixel.gif");
        await File.WriteAllBytesAsync(image, Convert.FromBase64String("R0lGODdhAQABAIAAAAAAAAAAACwAAAAAAQABAAACAkQBADs="));
        return image;
    }
}

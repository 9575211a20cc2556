using System.Net;
using BackgroundTasks.Api.Tests.Contract;
using BackgroundTasks.Api.Tests.Hosting;
using BackgroundTasks.Api.Tests.Images;

namespace BackgroundTasks.Api.Tests.Torture;

/// <summary>Whatever images do, the memory of the process follows the bound of all of them.</summary>
public sealed class ImageMemoryTests
{
    private const int Megabyte = 1024 * 1024;

    [LinuxFact]
    public async Task Eight_progressive_images_at_once_take_the_memory_of_those_that_fit()
    {
        // Decoded whole each takes at least 5,000 × 5,000 × 3 bytes: eight take 570 MB, and two do not fit.
        await using var service = await ServiceProcess.ServeAsync(("BackgroundTasks__Types__resize-image__MaxConcurrency", "8"), ("Images__MaxMemoryBytes", $"{256 * Megabyte}"));
        var image = TestImage.Create(5_000, 5_000, ".jpg[interlace]");
        var small = TestImage.Create(50, 50, ".jpg[interlace]");
        await service.EndOfAsync(await UploadAsync(service, small));
        var before = PeakOf(service.Id);

        var ids = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => UploadAsync(service, image)));
        foreach (var id in ids)
            Assert.Equal("succeeded", (await service.EndOfAsync(id))["status"]!.GetValue<string>());

        Assert.InRange(PeakOf(service.Id) - before, 50L * Megabyte, 256L * Megabyte);
    }

    /// <summary>The most memory that a process has had so far.</summary>
    private static long PeakOf(int process)
    {
        var line = File.ReadLines($"/proc/{process}/status").Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static async Task<string> UploadAsync(ServiceProcess service, byte[] image)
    {
        using var form = new MultipartFormDataContent { { new StringContent("20"), "width" }, { new ByteArrayContent(image), "file", "a.jpg" } };
        using var response = await service.Client.PostAsync(new Uri("/images", UriKind.Relative), form);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        return (await response.JsonAsync())["id"]!.GetValue<string>();
    }
}

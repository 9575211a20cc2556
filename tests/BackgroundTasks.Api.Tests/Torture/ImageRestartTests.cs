using System.Net;
using BackgroundTasks.Api.Tests.Contract;
using BackgroundTasks.Api.Tests.Hosting;
using BackgroundTasks.Api.Tests.Images;

namespace BackgroundTasks.Api.Tests.Torture;

public sealed class ImageRestartTests
{
    [Fact]
    public async Task A_picture_is_there_after_a_kill_and_one_whose_record_is_gone_is_not()
    {
        await using var service = await ServiceProcess.ServeAsync();
        var kept = await UploadAsync(service);
        var deleted = await UploadAsync(service);
        await service.EndOfAsync(kept);
        await service.EndOfAsync(deleted);
        var picture = await service.Client.GetByteArrayAsync(new Uri($"/images/{kept}", UriKind.Relative));
        var file = Path.Combine(service.Data, "images", "pictures", $"{deleted}.png");
        var left = await File.ReadAllBytesAsync(file);
        using var delete = await service.Client.DeleteAsync(new Uri($"/tasks/{deleted}", UriKind.Relative));
        await service.KillAsync();

        // As if the kill had come between the record's end and the file's.
        await File.WriteAllBytesAsync(file, left);
        using var watcher = new FileSystemWatcher(Path.GetDirectoryName(file)!) { EnableRaisingEvents = true };
        var gone = new TaskCompletionSource<string?>();
        watcher.Deleted += (_, change) => gone.TrySetResult(change.Name);
        await service.RestartAsync();

        Assert.Equal(HttpStatusCode.NoContent, delete.StatusCode);
        Assert.Equal(Path.GetFileName(file), await gone.Task.WaitAsync(HeldWork.Guard));
        Assert.Equal(HttpStatusCode.NotFound, (await service.Client.GetAsync(new Uri($"/images/{deleted}", UriKind.Relative))).StatusCode);
        Assert.Equal(picture, await service.Client.GetByteArrayAsync(new Uri($"/images/{kept}", UriKind.Relative)));
        Assert.Equal("succeeded", (await service.TaskAsync(kept))["status"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_task_with_an_upload_is_run_after_a_kill()
    {
        await using var service = await ServiceProcess.ServeAsync();
        await service.PostAsync("/queues/default/pause");
        var id = await UploadAsync(service);
        await service.KillAsync();
        await service.RestartAsync();

        await service.PostAsync("/queues/default/resume");
        var ended = await service.EndOfAsync(id);

        Assert.Equal(("succeeded", 0), (ended["status"]!.GetValue<string>(), ended["lostRuns"]!.GetValue<int>()));
        Assert.Equal((20, 10), (ended["result"]!["width"]!.GetValue<int>(), ended["result"]!["height"]!.GetValue<int>()));
        Assert.Equal(ended["result"]!["bytes"]!.GetValue<int>(), (await service.Client.GetByteArrayAsync(new Uri($"/images/{id}", UriKind.Relative))).Length);
    }

    private static async Task<string> UploadAsync(ServiceProcess service)
    {
        using var form = new MultipartFormDataContent { { new StringContent("20"), "width" }, { new ByteArrayContent(TestImage.Create(40, 20, ".png")), "file", "a.png" } };
        using var response = await service.Client.PostAsync(new Uri("/images", UriKind.Relative), form);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        return (await response.JsonAsync())["id"]!.GetValue<string>();
    }
}

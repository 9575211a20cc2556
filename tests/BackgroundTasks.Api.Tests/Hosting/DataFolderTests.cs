using System.Net;
using BackgroundTasks.Api.Tests.Contract;
using BackgroundTasks.Api.Tests.Images;
using BackgroundTasks.Api.Tests.Torture;

namespace BackgroundTasks.Api.Tests.Hosting;

/// <summary>What the data folder shows to other users of the machine, and to clients.</summary>
public sealed class DataFolderTests
{
    [UnixFact]
    public async Task Whatever_the_service_makes_is_for_its_user_alone()
    {
        using var folder = new TemporaryFolder();
        var data = Path.Combine(folder.Path, "made");
        await using var service = await ServiceProcess.ServeAsync(("BackgroundTasks__DataDirectory", data));
        using var form = new MultipartFormDataContent { { new StringContent("20"), "width" }, { new ByteArrayContent(TestImage.Create(40, 20, ".png")), "file", "a.png" } };
        using var upload = await service.Client.PostAsync(new Uri("/images", UriKind.Relative), form);
        await service.EndOfAsync((await upload.JsonAsync())["id"]!.GetValue<string>());
        await service.PostAsync("/queues/default/pause");
        using var kept = new MultipartFormDataContent { { new StringContent("20"), "width" }, { new ByteArrayContent(TestImage.Create(40, 20, ".png")), "file", "a.png" } };
        using var waiting = await service.Client.PostAsync(new Uri("/images", UriKind.Relative), kept);
        await service.PostAsync("/queues/default/resume");
        await service.EndOfAsync(await service.SubmitAsync("""{"type":"send-notification","payload":{"email":"ann@example.org"}}"""));
        await service.KillAsync();

        var all = new DirectoryInfo(data).EnumerateFileSystemInfos("*", SearchOption.AllDirectories).Append(new DirectoryInfo(data)).ToList();

        foreach (var name in new[] { "tasks.db", "tasks.db-wal", "tasks.db-shm", "tasks.db-lock", "notifications.log", "logs", "uploads", "pictures" })
            Assert.Contains(all, entry => entry.Name == name);
        Assert.All(all, entry => Assert.Equal(
            (entry.Name, UnixFileMode.UserRead | UnixFileMode.UserWrite | (entry is DirectoryInfo ? UnixFileMode.UserExecute : UnixFileMode.None)),
            (entry.Name, entry.UnixFileMode)));
    }

    [Fact]
    public async Task Readiness_says_why_and_not_where()
    {
        await using var service = await ServiceProcess.ServeAsync();
        File.Move(Path.Combine(service.Data, TaskFile.Name), Path.Combine(service.Data, "moved.db"));
        using var content = new StringContent("""{"type":"wait","payload":{"seconds":0}}""", System.Text.Encoding.UTF8, "application/json");
        using var refused = await service.Client.PostAsync(new Uri("/tasks", UriKind.Relative), content);

        using var ready = await service.Client.GetAsync(new Uri("/health/ready", UriKind.Relative));
        var problem = await ready.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Contains("'tasks.db' or its -wal was deleted or moved away", problem, StringComparison.Ordinal);
        Assert.DoesNotContain(service.Data, problem, StringComparison.Ordinal);
        Assert.DoesNotContain(service.Data, await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}

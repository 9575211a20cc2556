using BackgroundTasks.Api.Images;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace BackgroundTasks.Api.Tests.Images;

public sealed class ImageFileSweeperTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly BackgroundTaskIds _ids = new(TimeProvider.System);
    private readonly FakeStore _store = new();
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow().AddHours(2));

    [Fact]
    public async Task Files_go_when_their_task_is_no_longer_kept()
    {
        var (files, sweeper) = Create();
        var id = Upload(files, picture: true);
        _store.Tasks[id] = FakeStore.TaskIn(id, BackgroundTaskState.Canceled);
        using (sweeper)
        {
            await sweeper.StartAsync(CancellationToken.None);
            await _store.RemoveAsync(id);
            await SweptAsync(files);
            Assert.Empty(AllFiles());
            Assert.False(files.Knows(id));
            await sweeper.StopAsync(CancellationToken.None);
        }
    }

    [Fact]
    public async Task The_upload_goes_when_its_task_succeeded_or_failed_for_good_and_stays_when_it_was_canceled()
    {
        var (files, sweeper) = Create();
        var (succeeded, failed, canceled) = (Upload(files, picture: true), Upload(files), Upload(files));
        using (sweeper)
        {
            await sweeper.StartAsync(CancellationToken.None);
            await _store.SetAsync(failed, BackgroundTaskState.Failed);
            await _store.SetAsync(canceled, BackgroundTaskState.Canceled);
            await _store.SetAsync(succeeded, BackgroundTaskState.Succeeded);
            await SweptAsync(files);
            Assert.Equal(
                new[] { files.UploadPath(canceled), files.PicturePath(succeeded, PictureFormat.Png) }.Order(),
                AllFiles());
            await sweeper.StopAsync(CancellationToken.None);
        }
    }

    [Fact]
    public async Task What_an_earlier_process_left_without_a_task_goes_at_the_start_and_the_rest_is_kept()
    {
        var (earlier, unused) = Create();
        unused.Dispose();
        var (kept, succeeded, orphan) = (Upload(earlier, picture: true), Upload(earlier, picture: true), Upload(earlier, picture: true));
        await File.WriteAllTextAsync(earlier.UnfinishedPath(orphan), "");
        _store.Tasks[kept] = FakeStore.TaskIn(kept, BackgroundTaskState.Queued);
        _store.Tasks[succeeded] = FakeStore.TaskIn(succeeded, BackgroundTaskState.Succeeded);

        var (files, sweeper) = Create();
        using (sweeper)
        {
            await sweeper.StartAsync(CancellationToken.None);
            await SweptAsync(files);
            Assert.Equal(
                new[] { files.UploadPath(kept), files.PicturePath(kept, PictureFormat.Png), files.PicturePath(succeeded, PictureFormat.Png) }.Order(),
                AllFiles());
            await sweeper.StopAsync(CancellationToken.None);
        }
    }

    [Fact]
    public async Task What_an_earlier_process_left_of_a_failed_task_goes_at_the_start()
    {
        var (earlier, unused) = Create();
        unused.Dispose();
        var failed = Upload(earlier);
        _store.Tasks[failed] = FakeStore.TaskIn(failed, BackgroundTaskState.Failed);

        var (files, sweeper) = Create();
        using (sweeper)
        {
            await sweeper.StartAsync(CancellationToken.None);
            await SweptAsync(files);
            Assert.Empty(AllFiles());
            await sweeper.StopAsync(CancellationToken.None);
        }
    }

    [Fact]
    public async Task An_upload_that_another_process_may_still_receive_has_an_hour()
    {
        var (another, unused) = Create();
        unused.Dispose();
        var (young, taken) = (Upload(another), Upload(another));
        File.SetLastWriteTimeUtc(another.UploadPath(young), _time.GetUtcNow().AddMinutes(-59).UtcDateTime);
        File.SetLastWriteTimeUtc(another.UploadPath(taken), _time.GetUtcNow().AddMinutes(-59).UtcDateTime);

        var (files, sweeper) = Create();
        using (sweeper)
        {
            await sweeper.StartAsync(CancellationToken.None);
            await SweptAsync(files);
            Assert.Equal(new[] { files.UploadPath(young), files.UploadPath(taken) }.Order(), AllFiles());

            _store.Tasks[taken] = FakeStore.TaskIn(taken, BackgroundTaskState.Queued);
            _time.Advance(TimeSpan.FromHours(1));
            await SweptAsync(files);
            Assert.Equal([files.UploadPath(taken)], AllFiles());
            await sweeper.StopAsync(CancellationToken.None);
        }
    }

    [Fact]
    public async Task An_upload_under_way_is_left_alone()
    {
        var (files, sweeper) = Create();
        var id = Upload(files);
        using (sweeper)
        {
            await sweeper.StartAsync(CancellationToken.None);
            await SweptAsync(files);
            Assert.Equal([files.UploadPath(id)], AllFiles());
            await sweeper.StopAsync(CancellationToken.None);
        }
    }

    [Fact]
    public async Task The_removal_of_a_task_without_files_is_not_looked_at()
    {
        var (files, sweeper) = Create();
        using (sweeper)
        {
            await sweeper.StartAsync(CancellationToken.None);
            await _store.RemoveAsync(_ids.Next());
            var id = Upload(files);
            await _store.RemoveAsync(id);
            Assert.Equal(id, await _store.AskedAsync());
            await sweeper.StopAsync(CancellationToken.None);
        }
    }

    public void Dispose() => _folder.Dispose();

    private (ImageFiles Files, ImageFileSweeper Sweeper) Create()
    {
        var files = new ImageFiles(_folder.Data, Options.Create(new ImageOptions()));
        return (files, new ImageFileSweeper(files, _store, _time, NullLogger<ImageFileSweeper>.Instance));
    }

    private Guid Upload(ImageFiles files, bool picture = false)
    {
        var id = _ids.Next();
        files.CreateUpload(id).Dispose();
        if (picture)
            File.WriteAllText(files.PicturePath(id, PictureFormat.Png), "");
        return id;
    }

    /// <summary>Ids are swept one after the other: when one without a file is looked at, all before it are done.</summary>
    private async Task SweptAsync(ImageFiles files)
    {
        var marker = Upload(files);
        files.DeleteUpload(marker);
        await _store.RemoveAsync(marker);
        while (await _store.AskedAsync() != marker)
        {
        }
    }

    private IEnumerable<string> AllFiles() => Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories).Order();
}

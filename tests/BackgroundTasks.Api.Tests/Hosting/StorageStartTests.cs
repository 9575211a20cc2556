using BackgroundTasks.Api.Tests.Torture;

namespace BackgroundTasks.Api.Tests.Hosting;

/// <summary>What stops the start of a service that is to keep its tasks in a file.</summary>
public sealed class StorageStartTests
{
    [Fact]
    public async Task A_second_process_on_one_data_folder_does_not_start_and_the_first_goes_on()
    {
        await using var first = await ServiceProcess.ServeAsync();
        await using var second = ServiceProcess.Start(("BackgroundTasks__DataDirectory", first.Data));

        var (exitCode, errors) = await second.EndAsync();

        Assert.Equal(1, exitCode);
        Assert.Contains($"Another process uses the tasks of '{Path.Combine(first.Data, TaskFile.Name)}'. Stop that one first", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
        await first.EndOfAsync(await first.SubmitAsync("""{"type":"count-primes","payload":{"upTo":10}}"""));
    }

    [Theory]
    [InlineData("BackgroundTasks__Storage", "BackgroundTasks:Storage is 'Nonsense'; it is one of: Sqlite, Memory.")]
    [InlineData("BackgroundTasks__Durability", "BackgroundTasks:Durability is 'Nonsense'; it is one of: Full, Normal.")]
    public async Task An_unknown_storage_or_durability_stops_the_start_with_those_that_there_are(string key, string message)
    {
        await using var service = ServiceProcess.Start((key, "Nonsense"));

        var (exitCode, errors) = await service.EndAsync();

        Assert.Equal(1, exitCode);
        Assert.Contains(message, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_in_memory_does_not_start_over_tasks_that_were_kept_and_touches_nothing_of_them()
    {
        await using var first = await ServiceProcess.ServeAsync();
        first.Terminate();
        await first.EndAsync();
        var upload = Directory.CreateDirectory(Path.Combine(first.Data, "images", "uploads")).FullName + $"/{Guid.NewGuid():N}";
        await File.WriteAllTextAsync(upload, "kept");

        await using var second = ServiceProcess.Start(("BackgroundTasks__DataDirectory", first.Data), ("BackgroundTasks__Storage", "Memory"));
        var (exitCode, errors) = await second.EndAsync();

        Assert.Equal(1, exitCode);
        Assert.Contains($"there are tasks in '{Path.Combine(first.Data, TaskFile.Name)}', which would not be run", errors, StringComparison.Ordinal);
        Assert.True(File.Exists(upload));
    }

    [Fact]
    public async Task A_file_that_is_no_store_stops_the_start_with_what_to_do_and_stays_as_it_is()
    {
        var damaged = Enumerable.Range(0, 20_000).Select(number => (byte)number).ToArray();

        await StopsAsync(damaged);
    }

    [Fact]
    public async Task A_file_with_a_torn_page_stops_the_start_with_what_to_do_and_stays_as_it_is()
    {
        await using var service = await ServiceProcess.ServeAsync();
        for (var i = 0; i < 50; i++)
            await service.SubmitAsync("""{"type":"count-primes","delaySeconds":3600,"payload":{"upTo":10}}""");
        service.Terminate();
        await service.EndAsync();
        var file = await File.ReadAllBytesAsync(Path.Combine(service.Data, TaskFile.Name));
        file.AsSpan(4096).Fill(0xA5);

        await StopsAsync(file);
    }

    private static async Task StopsAsync(byte[] damaged)
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, TaskFile.Name);
        await File.WriteAllBytesAsync(path, damaged);
        await using var service = ServiceProcess.Start(("BackgroundTasks__DataDirectory", folder.Path));

        var (exitCode, errors) = await service.EndAsync();

        Assert.Equal(1, exitCode);
        Assert.Contains($"'{path}' is damaged or not an SQLite file", errors, StringComparison.Ordinal);
        Assert.Contains("put a backup in its place", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
        Assert.Equal(damaged, await File.ReadAllBytesAsync(path));
    }
}

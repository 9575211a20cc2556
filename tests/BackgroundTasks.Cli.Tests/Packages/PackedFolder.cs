using System.Diagnostics;
using System.IO.Compression;
using System.Runtime.CompilerServices;

namespace BackgroundTasks.Cli.Tests.Packages;

/// <summary>All packages of this repository in a folder of their own, under a version that no cache has, and with a cache of their own.</summary>
public sealed class PackedFolder : IAsyncLifetime
{
    /// <summary>A restore and a build on a busy machine.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private readonly string _root = Directory.CreateTempSubdirectory("background-tasks-packages-").FullName;

    public static IReadOnlyList<string> Ids { get; } = ["BackgroundTasks", "BackgroundTasks.Cli", "BackgroundTasks.Client", "BackgroundTasks.Sqlite", "BackgroundTasks.Testing"];

    public static string Repository { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", ".."));

    public string Version { get; } = $"0.1.0-test.{Guid.NewGuid():N}";

    public string Packages => Path.Combine(_root, "packed");

    /// <summary>What packing printed.</summary>
    public Ended Packed { get; private set; } = new(0, "", "");

    /// <summary>Where restores put what they find.</summary>
    public string Cache => Path.Combine(_root, "cache");

    public async Task InitializeAsync()
    {
        await File.WriteAllTextAsync(
            Path.Combine(_root, "nuget.config"),
            $"""<configuration><packageSources><add key="packed" value="{Packages}" /></packageSources></configuration>""");
        Packed = await DotnetAsync(Repository, "pack", "BackgroundTasks.sln", "-c", ConfigurationOf(AppContext.BaseDirectory), "--no-build", "--nologo", $"-p:PackageVersion={Version}", "-o", Packages);
    }

    /// <summary>A folder within, for a project that restores from the packages.</summary>
    public string CreateFolder() => Directory.CreateDirectory(Path.Combine(_root, Guid.NewGuid().ToString("N"))).FullName;

    public ZipArchive Open(string id, string extension) => ZipFile.OpenRead(Path.Combine(Packages, $"{id}.{Version}.{extension}"));

    /// <summary>Runs a command of the SDK to its end.</summary>
    public async Task<Ended> DotnetAsync(string folder, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = folder };

        // What the test run tells its own build must not reach this one.
        foreach (var name in start.Environment.Keys.Where(static name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        if (folder != Repository)
            start.Environment["NUGET_PACKAGES"] = Cache;
        await using var dotnet = new Child(start);
        dotnet.Input.Close();
        return await dotnet.EndAsync(Limit);
    }

    public Task DisposeAsync()
    {
        Directory.Delete(_root, recursive: true);
        return Task.CompletedTask;
    }

    private static string ConfigurationOf(string outputFolder) => new DirectoryInfo(outputFolder).Parent!.Name;

    private static string Here([CallerFilePath] string path = "") => path;
}

using System.Diagnostics;
using System.Text.Json.Nodes;

namespace BackgroundTasks.Cli.Tests.Packages;

/// <summary>What a newcomer does with the packages: a handler of his own, in a project of his own, called by the installed tool.</summary>
[Collection(PackagesCollection.Name)]
public sealed class FreshProjectTests(PackedFolder packed)
{
    private static readonly string Handler = FreshProject.Sample("README.md", "class GreetingHandler");

    [Fact]
    public async Task The_readme_handler_runs_from_the_packed_library_for_the_installed_tool()
    {
        var program = await FreshProject.BuildAsync(packed, $"""
            var builder = WebApplication.CreateBuilder(args);
            {FreshProject.Sample("README.md", "<GreetingHandler, ")}
            app.Run();
            """, [Handler], "BackgroundTasks");
        var (tool, installed) = await InstallAsync();
        var address = RunningService.FreeAddress();
        await using var service = await ServeAsync(program, address);

        var greeted = await RunAsync(tool, address, "submit", "greeting", """{"name":"Ann"}""", "--wait");
        var version = await RunAsync(tool, address, "--version");

        Assert.Contains(packed.Version, installed.Output, StringComparison.Ordinal);
        Assert.Equal(new Ended(0, "\"Hello Ann!\"\n", ""), greeted);
        Assert.Equal(new Ended(0, "0.1.0\n", ""), version);
        Assert.Equal(packed.Packages, SourceOf("backgroundtasks"));
    }

    [Fact]
    public async Task The_packed_store_keeps_the_task_of_a_handler_over_a_crash()
    {
        var program = await FreshProject.BuildAsync(packed, ProgramWithAllPackages(), [Handler, FreshProject.Sample("README.md", "class PrimesClient")], "BackgroundTasks.Sqlite", "BackgroundTasks.Testing", "BackgroundTasks.Client");
        var address = RunningService.FreeAddress();
        var service = await ServeAsync(program, address);
        var submitted = await BackgroundTasksTool.RunAsync(address, "submit", "greeting", """{"name":"Ann"}""", "--wait", "--json");
        await service.DisposeAsync();

        service = await ServeAsync(program, address);
        var kept = await BackgroundTasksTool.RunAsync(address, "wait", JsonNode.Parse(submitted.Output)!["id"]!.GetValue<string>());
        await service.DisposeAsync();

        Assert.Equal(new Ended(0, "\"Hello Ann!\"\n", ""), kept);
        Assert.Equal((packed.Packages, packed.Packages), (SourceOf("backgroundtasks"), SourceOf("backgroundtasks.sqlite")));
    }

    /// <summary>Compiles the samples of all packages, and runs that of the store.</summary>
    private static string ProgramWithAllPackages() => $$"""
        using BackgroundTasks.Client;
        var builder = WebApplication.CreateBuilder(args);
        {{FreshProject.Sample("src/BackgroundTasks.Sqlite/README.md", "UseSqlite")}}
        OfTheClient.Samples.AddClient(builder.Services);
        var app = builder.Build();
        app.MapBackgroundTasks();
        app.Run();
        namespace OfTheClient
        {
        {{FreshProject.Sample("src/BackgroundTasks.Client/README.md", "record CountPrimes")}}
        internal static class Samples
        {
            public static void Library(WebApplicationBuilder builder)
            {
                {{FreshProject.Sample("src/BackgroundTasks/README.md", "AddHandler")}}
            }

            public static void Test(WebApplicationBuilder builder)
            {
                {{FreshProject.Sample("src/BackgroundTasks.Testing/README.md", "UseTesting")}}
            }

            public static void AddClient(IServiceCollection services)
            {
                {{FreshProject.Sample("src/BackgroundTasks.Client/README.md", "AddBackgroundTasksClient")}}
            }

            public static async Task<int?> CountAsync(BackgroundTasksClient client)
            {
                {{FreshProject.Sample("src/BackgroundTasks.Client/README.md", "RunAsync")}}
                return result?.Count;
            }
        }
        }
        """;

    private static async Task<Child> ServeAsync(string program, string address)
    {
        var service = new Child(new ProcessStartInfo("dotnet", [program, "--urls", address]) { WorkingDirectory = Path.GetDirectoryName(program) });
        await service.Output.SeeAsync("Application started");
        return service;
    }

    private static async Task<Ended> RunAsync(string tool, string address, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(tool, arguments);
        start.Environment["BACKGROUNDTASKS_URL"] = address;
        await using var process = new Child(start);
        process.Input.Close();
        return await process.EndAsync();
    }

    private async Task<(string Path, Ended Installed)> InstallAsync()
    {
        var folder = packed.CreateFolder();
        var installed = await packed.DotnetAsync(folder, "tool", "install", "BackgroundTasks.Cli", "--version", packed.Version, "--tool-path", "tools");
        Assert.True(installed.ExitCode == 0, installed.Output + installed.Errors);
        return (Path.Combine(folder, "tools", "background-tasks"), installed);
    }

    /// <summary>Where the restore found a package.</summary>
    private string? SourceOf(string id) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(packed.Cache, id, packed.Version, ".nupkg.metadata")))!["source"]?.GetValue<string>();
}

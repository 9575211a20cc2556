namespace BackgroundTasks.Cli.Tests.Packages;

/// <summary>A web project outside the repository, of the samples in the README files and of the packed packages alone.</summary>
internal static class FreshProject
{
    /// <summary>The packages that other packages need are those of this repository's own restore where it left them, else of the configured sources.</summary>
    private static readonly string Restored =
        Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    /// <summary>Writes and builds it, each file as it is shown, and returns its program.</summary>
    public static async Task<string> BuildAsync(PackedFolder packed, string program, IReadOnlyList<string> files, params IEnumerable<string> packages)
    {
        var folder = packed.CreateFolder();
        var references = string.Concat(packages.Select(package => $"""<PackageReference Include="{package}" Version="{packed.Version}" />"""));
        var fallback = Directory.Exists(Restored) ? $"<RestoreFallbackFolders>{Restored}</RestoreFallbackFolders>" : "";
        await File.WriteAllTextAsync(Path.Combine(folder, "Greeter.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk.Web">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <NuGetAudit>false</NuGetAudit>
                {fallback}
              </PropertyGroup>
              <ItemGroup>{references}</ItemGroup>
            </Project>
            """);
        await File.WriteAllTextAsync(Path.Combine(folder, "Program.cs"), program);
        for (var i = 0; i < files.Count; i++)
            await File.WriteAllTextAsync(Path.Combine(folder, $"File{i}.cs"), files[i]);
        var built = await packed.DotnetAsync(folder, "build", "--nologo", "-o", "out");
        Assert.True(built.ExitCode == 0, built.Output + built.Errors);
        return Path.Combine(folder, "out", "Greeter.dll");
    }

    /// <summary>The only block of C# in a README that has this in it.</summary>
    public static string Sample(string readme, string marker) =>
        File.ReadAllText(Path.Combine(PackedFolder.Repository, readme))
            .Split("```csharp\n").Skip(1)
            .Select(static block => block.Split("```")[0])
            .Single(block => block.Contains(marker, StringComparison.Ordinal));
}

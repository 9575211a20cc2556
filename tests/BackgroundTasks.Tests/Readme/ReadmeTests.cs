using System.Net;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace BackgroundTasks.Tests.Readme;

/// <summary>The C# of the README is what is compiled and run here.</summary>
public class ReadmeTests
{
    [Fact]
    public async Task The_samples_are_in_the_readme_as_they_are_compiled()
    {
        var folder = Path.GetDirectoryName(Here())!;
        var readme = await File.ReadAllTextAsync(Path.Combine(folder, "..", "..", "..", "README.md"));
        var clientFolder = Path.Combine(folder, "..", "..", "BackgroundTasks.Client.Tests", "Readme");
        var samples = Directory.GetFiles(folder, "*.cs").Concat(Directory.GetFiles(clientFolder, "*.cs")).SelectMany(file => SamplesOf(File.ReadAllLines(file))).ToList();

        Assert.Equal(12, samples.Count);
        Assert.All(samples, sample => Assert.Contains($"```csharp\n{sample}\n```", readme, StringComparison.Ordinal));
        Assert.Equal(samples.Count, readme.Split("```csharp").Length - 1);
    }

    [Fact]
    public async Task The_samples_do_what_the_readme_says()
    {
        await using var app = Build();
        await app.StartAsync();
        var client = app.GetTestClient();
        var request = new HttpRequestMessage(HttpMethod.Post, "/tasks") { Content = JsonContent.Create(new { type = "greeting", payload = new { name = "Ann" } }) };
        request.Headers.Add("Prefer", "wait=30");

        var submitted = await client.SendAsync(request);
        var ordered = await client.PostAsJsonAsync("/orders", new Order("Bob"));

        Assert.Equal("Hello Ann!", JsonNode.Parse(await submitted.Content.ReadAsStringAsync())!["result"]!.GetValue<string>());
        Assert.Equal("Hello Ann!", await ReadmeSamples.GreetAsync(app.Services.GetRequiredService<IBackgroundTaskQueue>()));
        Assert.Equal(HttpStatusCode.OK, ordered.StatusCode);
        Assert.Equal("mail Bob", await app.Services.GetRequiredService<OrderLog>().NextAsync());
        Assert.Equal("count Bob", await app.Services.GetRequiredService<OrderLog>().NextAsync());
    }

    private static WebApplication Build()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Services.AddSingleton<OrderLog>().AddScoped<Mailer>().AddScoped<Statistics>();
        return ReadmeSamples.Build(builder);
    }

    private static IEnumerable<string> SamplesOf(string[] lines)
    {
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].Trim() != "// <sample>")
                continue;
            var indent = lines[i].IndexOf('/', StringComparison.Ordinal);
            var sample = lines.Skip(i + 1).TakeWhile(line => line.Trim() != "// </sample>");
            yield return string.Join('\n', sample.Select(line => line.Length > indent ? line[indent..] : ""));
        }
    }

    private static string Here([CallerFilePath] string path = "") => path;
}

using System.Text;
using System.Text.Json.Nodes;
using BackgroundTasks.Api.Tests.Contract;

namespace BackgroundTasks.Api.Tests.Hosting;

/// <summary>What tests ask of a service in a process of its own.</summary>
internal static class ServiceProcessExtensions
{
    public static async Task<JsonNode> PostAsync(this ServiceProcess service, string path, string json = "{}")
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await service.Client.PostAsync(new Uri(path, UriKind.Relative), content);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return await response.JsonAsync();
    }

    /// <summary>Submits a task and returns its id.</summary>
    public static async Task<string> SubmitAsync(this ServiceProcess service, string json) => (await service.PostAsync("/tasks", json))["id"]!.GetValue<string>();

    public static async Task<JsonNode> TaskAsync(this ServiceProcess service, string id, string query = "")
    {
        using var response = await service.Client.GetAsync(new Uri($"/tasks/{id}{query}", UriKind.Relative));
        return await response.JsonAsync();
    }

    /// <summary>The task once it has ended.</summary>
    public static Task<JsonNode> EndOfAsync(this ServiceProcess service, string id) => service.TaskAsync(id, "?wait=30");

    /// <summary>The task once it runs.</summary>
    public static async Task<JsonNode> StartOfAsync(this ServiceProcess service, string id)
    {
        using var events = new HttpRequestMessage(HttpMethod.Get, $"/tasks/{id}/events");
        using var response = await service.Client.SendAsync(events, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        while (await reader.ReadLineAsync().WaitAsync(HeldWork.Guard) is { } line)
        {
            if (line.Contains("\"status\":\"running\"", StringComparison.Ordinal))
                return await service.TaskAsync(id);
        }

        throw new InvalidOperationException($"{id} has ended without having been seen to run.");
    }
}

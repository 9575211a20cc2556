using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace BackgroundTasks.Api.Tests.Contract;

/// <summary>How the service under test is served, and where it keeps its tasks.</summary>
public enum ServiceKind
{
    /// <summary>Without a network, in memory.</summary>
    TestServer,

    /// <summary>As it is shipped: on a real port, in an SQLite file.</summary>
    KestrelInProduction,

    /// <summary>On a real port, in memory.</summary>
    KestrelInDevelopment,
}

/// <summary>The real service with a folder of its own, a fake clock, and a task type <c>held</c> that the test holds.</summary>
internal sealed class Service : IAsyncDisposable
{
    private readonly WebApplicationFactory<Program> _factory;
    private readonly LogEnd _logEnd = new();
    private bool _kept;

    private Service(WebApplicationFactory<Program> factory, HttpClient client, string data) => (_factory, Client, Data) = (factory, client, data);

    public HttpClient Client { get; }

    public string Data { get; }

    public HeldWork Held { get; } = new();

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    public IServiceProvider Services => _factory.Services;

    public static Service Start(ServiceKind kind, params ReadOnlySpan<(string Key, string Value)> settings) => Start(kind, realTime: false, settings);

    public static Service Start(ServiceKind kind, bool realTime, params ReadOnlySpan<(string Key, string Value)> settings)
    {
        var data = Directory.CreateTempSubdirectory("background-tasks-").FullName;
        Service? service = null;
        var given = settings.ToArray();
        var factory = new WebApplicationFactory<Program>().WithWebHostBuilder(host =>
        {
            host.UseEnvironment(kind is ServiceKind.KestrelInDevelopment ? "Development" : "Production");
            host.UseSetting("BackgroundTasks:DataDirectory", data);
            host.UseSetting("urls", "http://127.0.0.1:0");

            // As it is shipped in production, and so all that is tested there is tested on SQLite; in memory elsewhere.
            host.UseSetting("BackgroundTasks:Storage", kind is ServiceKind.KestrelInProduction ? "Sqlite" : "Memory");
            host.UseSetting("Serilog:MinimumLevel:Default", "Warning");
            foreach (var (key, value) in given)
                host.UseSetting(key, value);
            host.ConfigureTestServices(services =>
            {
                if (!realTime)
                    services.AddSingleton<TimeProvider>(_ => service!.Time);
                service!._logEnd.Watch(services);
                services.AddBackgroundTasks().AddHandler<HeldPayload, string>("held", (payload, context, cancellationToken) => service!.Held.HandleAsync(payload, context, cancellationToken));
            });
        });
        service = new Service(factory, null!, data);
        if (kind is not ServiceKind.TestServer)
        {
            factory.UseKestrel();
            factory.StartServer();
        }

        return new Service(factory, factory.CreateClient(new() { AllowAutoRedirect = false, BaseAddress = factory.ClientOptions.BaseAddress }), data, service);
    }

    private Service(WebApplicationFactory<Program> factory, HttpClient client, string data, Service shared)
        : this(factory, client, data) => (Held, Time, _logEnd) = (shared.Held, shared.Time, shared._logEnd);

    public Task<HttpResponseMessage> SubmitAsync(string json, params ReadOnlySpan<(string Name, string Value)> headers) =>
        SendAsync(HttpMethod.Post, "/tasks", json, headers);

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? json = null, params ReadOnlySpan<(string Name, string Value)> headers)
    {
        var request = new HttpRequestMessage(method, path);
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        foreach (var (name, value) in headers)
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        return Client.SendAsync(request).WaitAsync(HeldWork.Guard);
    }

    public Task<HttpResponseMessage> GetAsync(string path, params ReadOnlySpan<(string Name, string Value)> headers) => SendAsync(HttpMethod.Get, path, null, headers);

    /// <summary>Submits a held task and returns its id with its run, which has begun.</summary>
    public async Task<(string Id, HeldRun Run)> StartHeldAsync(string name = "")
    {
        var id = await SubmitHeldAsync(name);
        return (id, await Held.NextAsync());
    }

    public async Task<string> SubmitHeldAsync(string name = "", string more = "")
    {
        var response = await SubmitAsync($$"""{"type":"held","payload":{"name":"{{name}}"}{{more}}}""");
        Assert.Equal(System.Net.HttpStatusCode.Accepted, response.StatusCode);
        return (await response.JsonAsync())["id"]!.GetValue<string>();
    }

    /// <summary>The task once it has ended.</summary>
    public async Task<JsonNode> EndOfAsync(string id)
    {
        await Services.GetRequiredService<IBackgroundTaskQueue>().WaitAsync(Guid.ParseExact(id, "N"), TimeSpan.FromHours(12)).WaitAsync(HeldWork.Guard);
        return await (await GetAsync($"/tasks/{id}")).JsonAsync();
    }

    /// <summary>Stops the service in order: what was accepted and can finish, does.</summary>
    public Task StopAsync() => Services.GetRequiredService<IHost>().StopAsync().WaitAsync(HeldWork.Guard);

    /// <summary>Stops the service and its logs; the caller deletes its folder.</summary>
    public async Task<string> StopAndKeepAsync()
    {
        await EndAsync();
        _kept = true;
        return Data;
    }

    /// <summary>Stops the service and returns the lines of its log.</summary>
    public async Task<List<string>> StopAndReadLogAsync()
    {
        await StopAndKeepAsync();
        var logs = Path.Combine(Data, "logs");
        List<string> lines = Directory.Exists(logs) ? [.. Directory.GetFiles(logs).SelectMany(File.ReadAllLines)] : [];
        Directory.Delete(Data, recursive: true);
        return lines;
    }

    public async ValueTask DisposeAsync()
    {
        if (_kept)
            return;
        await EndAsync();
        Directory.Delete(Data, recursive: true);
    }

    private async Task EndAsync()
    {
        Client.Dispose();
        await _factory.DisposeAsync();
        await _logEnd.Task;
    }
}

/// <summary>The end of a service's log. The program ends the service too, and who comes second does not wait for the first.</summary>
internal sealed class LogEnd
{
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when all is written.</summary>
    public Task Task => _end.Task.WaitAsync(HeldWork.Guard);

    public void Watch(IServiceCollection services)
    {
        var create = services.Last(static service => service.ServiceType == typeof(ILoggerFactory)).ImplementationFactory!;
        services.AddSingleton<ILoggerFactory>(provider => new Watched((ILoggerFactory)create(provider), _end));
    }

    private sealed class Watched(ILoggerFactory factory, TaskCompletionSource end) : ILoggerFactory
    {
        public void AddProvider(ILoggerProvider provider) => factory.AddProvider(provider);

        public ILogger CreateLogger(string categoryName) => factory.CreateLogger(categoryName);

        public void Dispose()
        {
            factory.Dispose();
            end.TrySetResult();
        }
    }
}

internal static class ResponseExtensions
{
    public static async Task<JsonNode> JsonAsync(this HttpResponseMessage response) => JsonNode.Parse(await response.Content.ReadAsByteArrayAsync())!;

    /// <summary>A header as it was sent: the client's own types would put its parts in another order.</summary>
    public static string? Header(this HttpResponseMessage response, string name) =>
        response.Headers.NonValidated.TryGetValues(name, out var values) || response.Content.Headers.NonValidated.TryGetValues(name, out values) ? string.Join(", ", values) : null;

    /// <summary>Checks that the answer is a problem with this code, and returns it.</summary>
    public static async Task<JsonNode> ProblemAsync(this HttpResponseMessage response, int statusCode)
    {
        Assert.Equal(statusCode, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = await response.JsonAsync();
        Assert.Equal(statusCode, problem["status"]!.GetValue<int>());
        Assert.NotNull(problem["title"]);
        Assert.NotNull(problem["traceId"]);
        return problem;
    }
}

using Microsoft.AspNetCore.Builder;

namespace BackgroundTasks.Cli.Tests.Running;

/// <summary>Something that answers every request in its own way.</summary>
internal sealed class OtherService : IAsyncDisposable
{
    private readonly WebApplication _app = WebApplication.CreateSlimBuilder().Build();

    private OtherService(Delegate answer)
    {
        _app.Urls.Add(RunningService.FreeAddress());
        _app.MapFallback(answer);
    }

    public string Address => _app.Urls.Single();

    public static async Task<OtherService> StartAsync(Delegate answer)
    {
        var service = new OtherService(answer);
        await service._app.StartAsync();
        return service;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}

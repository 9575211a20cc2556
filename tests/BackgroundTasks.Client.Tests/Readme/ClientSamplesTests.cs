using Microsoft.Extensions.DependencyInjection;

namespace BackgroundTasks.Client.Tests.Readme;

/// <summary>The samples of the README do against the real service what they say.</summary>
public sealed class ClientSamplesTests : IAsyncLifetime
{
    private readonly Service _service = Service.Start(ServiceKind.KestrelInProduction, realTime: true);
    private readonly ServiceProvider _provider;

    public ClientSamplesTests()
    {
        var services = new ServiceCollection();
        ClientSamples.Register(services, _service.Client.BaseAddress!);
        _provider = services.BuildServiceProvider();
    }

    private BackgroundTasksClient Client => _provider.GetRequiredService<BackgroundTasksClient>();

    [Fact]
    public void One_blocks_and_has_its_result() => Assert.Equal(78_498, ClientSamples.Block(Client));

    [Fact]
    public void Two_block_on_threads_that_are_started_and_joined() => Assert.Equal([78_498, 148_933], ClientSamples.BlockOnThreads(Client));

    [Fact]
    public async Task One_awaits() => Assert.Equal(78_498, await ClientSamples.AwaitAsync(Client));

    [Fact]
    public async Task Several_are_awaited_at_once()
    {
        var counts = await ClientSamples.GatherAsync(Client);

        Assert.Equal([78_498, 148_933, 216_816], counts);
    }

    [Fact]
    public async Task One_is_followed_to_its_end()
    {
        using var output = new StringWriter();

        await ClientSamples.FollowAsync(Client, output);

        Assert.Contains("Succeeded", output.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("148933 primes" + output.NewLine, output.ToString(), StringComparison.Ordinal);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _provider.DisposeAsync();
        await _service.DisposeAsync();
    }
}

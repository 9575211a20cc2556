using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using BackgroundTasks.Stores;
using BackgroundTasks.Testing;
using BackgroundTasks.Tests.Stores;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace BackgroundTasks.Tests.Testing;

/// <summary>The kit in an application that has set its tasks up itself.</summary>
public class ApplicationTests
{
    [Fact]
    public async Task An_application_is_tested_over_http_with_its_tasks_held()
    {
        await using var factory = new StepsApplication().WithWebHostBuilder(web => web.ConfigureTestServices(services => services.AddBackgroundTasks().UseTesting()));
        var client = factory.CreateClient();
        var testing = factory.Services.GetRequiredService<BackgroundTaskTesting>();

        var accepted = await client.PostAsJsonAsync("/tasks", new { type = "step", payload = new { name = "a" } });
        var ran = await testing.DrainAsync();
        var status = JsonNode.Parse(await client.GetStringAsync(accepted.Headers.Location))!;

        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        Assert.Equal("a", testing.AssertEnqueued<Step>().Payload.Name);
        Assert.Equal(("succeeded", "a"), (status["status"]!.GetValue<string>(), status["result"]!.GetValue<string>()));
        Assert.Single(ran);
    }

    [Fact]
    public async Task An_application_is_tested_over_http_with_its_tasks_inline()
    {
        await using var factory = new StepsApplication().WithWebHostBuilder(web => web.ConfigureTestServices(services =>
            services.AddBackgroundTasks().UseTesting().UseTesting(BackgroundTaskTestMode.Inline)));
        var client = factory.CreateClient();

        var accepted = await client.PostAsJsonAsync("/tasks", new { type = "step", payload = new { name = "a" } });
        var status = JsonNode.Parse(await client.GetStringAsync(accepted.Headers.Location))!;

        Assert.Equal("succeeded", status["status"]!.GetValue<string>());
    }

    [Fact]
    public async Task Two_hosts_share_nothing()
    {
        await using var one = await new StepsHandler().StartAsync();
        await using var other = await new StepsHandler().StartAsync();
        await one.Queue.EnqueueAsync(new Step("a"));

        await other.Testing.AdvanceAsync(TimeSpan.FromHours(1));

        Assert.Empty(await other.Testing.DrainAsync());
        Assert.Empty(other.Testing.Enqueued<Step>());
        Assert.Single(await one.Testing.DrainAsync());
    }

    [Fact]
    public async Task What_an_earlier_process_left_queued_is_held_too()
    {
        var steps = new StepsHandler();
        var left = BackgroundTask.Create(new() { Id = Guid.Parse("01a20c85-85d7-7000-8000-05e327ff670d"), Type = "step", Queue = "default", Payload = "{\"name\":\"left\"}"u8.ToArray(), CreatedAt = default });
        await using var host = await TestingHost.StartAsync(tasks =>
        {
            steps.AddTo(tasks);
            tasks.Services.AddSingleton<IBackgroundTaskJournal>(new SteppingJournal { Left = [left] });
        }, store: BackgroundTaskTestStore.Application);

        Assert.Equal(left.Id, Assert.Single(await host.Testing.DrainAsync()).Id);
    }

    [Fact]
    public void A_store_that_is_added_afterwards_is_told_of()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddBackgroundTasks().UseTesting();
        builder.Services.AddSingleton<IBackgroundTaskStore, LocalTaskStore>();
        using var host = builder.Build();

        var late = Assert.Throws<InvalidOperationException>(() => host.Services.GetRequiredService<BackgroundTaskTesting>());

        Assert.Contains("Call UseTesting last", late.Message, StringComparison.Ordinal);
    }

    private sealed class StepsApplication : WebApplicationFactory<StepsHandler>
    {
        protected override IHostBuilder CreateHostBuilder() => Host.CreateDefaultBuilder()
            .ConfigureLogging(logging => logging.ClearProviders())
            .ConfigureWebHostDefaults(web => web
                .ConfigureServices(services => new StepsHandler().AddTo(services.AddRouting().AddBackgroundTasks()))
                .Configure(app => app.UseRouting().UseEndpoints(endpoints => endpoints.MapBackgroundTasks())));

        protected override void ConfigureWebHost(IWebHostBuilder builder) => builder.UseContentRoot(AppContext.BaseDirectory);
    }
}

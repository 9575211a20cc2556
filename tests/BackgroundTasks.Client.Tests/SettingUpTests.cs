using System.Net;
using BackgroundTasks.Client.Tests.Faults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BackgroundTasks.Client.Tests;

/// <summary>How a client is made, with dependency injection and without.</summary>
public sealed class SettingUpTests
{
    [Fact]
    public async Task A_registered_client_works_with_the_handlers_that_are_added_to_it()
    {
        await using var service = Service.Start(ServiceKind.KestrelInProduction);
        var counter = new Counter();
        var services = new ServiceCollection();
        services.AddBackgroundTasksClient(service.Client.BaseAddress!).AddHttpMessageHandler(() => counter);
        await using var provider = services.BuildServiceProvider();

        var types = await provider.GetRequiredService<BackgroundTasksClient>().ListTaskTypesAsync();

        Assert.NotEmpty(types);
        Assert.Equal(1, counter.Count);
    }

    [Fact]
    public async Task A_registered_client_uses_the_registered_clock_and_its_own_options()
    {
        var time = new ClientTime();
        var script = new Script(Script.Refuse(503, "7"), Script.Task());
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(time);
        services.AddBackgroundTasksClient(new Uri("http://service"), options => (options.RetryTimeout, options.AttemptTimeout) = (TimeSpan.FromSeconds(200), TimeSpan.FromSeconds(150)))
            .ConfigurePrimaryHttpMessageHandler(() => script);
        await using var provider = services.BuildServiceProvider();

        var finding = provider.GetRequiredService<BackgroundTasksClient>().FindAsync("a1");
        var pause = await time.SkipPauseAsync();
        await finding.WaitAsync(Clients.Guard);

        Assert.InRange(pause.TotalSeconds, 7, 8.4);
    }

    [Theory]
    [InlineData("jobs")]
    [InlineData("jobs/")]
    [InlineData("jobs?tenant=7")]
    [InlineData("jobs/#tasks")]
    public async Task A_service_under_a_path_is_called_under_its_path(string path)
    {
        var address = Clients.FreeAddress();
        await using var stub = await Stub.StartAsync(address, static context => context.Response.WriteAsync(Stub.Task("succeeded")));

        await Clients.Of(new Uri(address, path)).FindAsync("a1");

        Assert.Equal("GET /jobs/tasks/a1", await stub.NextRequestAsync());
    }

    [Fact]
    public async Task A_password_in_the_address_is_in_no_message()
    {
        var address = new UriBuilder(Clients.FreeAddress()) { UserName = "ann", Password = "secret" }.Uri;

        var unreachable = await Assert.ThrowsAsync<ServiceUnreachableException>(() => Clients.Of(address).FindAsync("a1"));

        Assert.Contains($"127.0.0.1:{address.Port}/", unreachable.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", unreachable.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_version_of_HTTP_is_the_one_that_the_HttpClient_is_set_to()
    {
        var address = Clients.FreeAddress();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, address.Port, static listen => listen.Protocols = HttpProtocols.Http2));
        await using var app = builder.Build();
        app.Run(static context => context.Response.WriteAsync(Stub.Task("succeeded")));
        await app.StartAsync();
        using var http = new HttpClient { BaseAddress = address, DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };

        var task = await new BackgroundTasksClient(http, Clients.Hasty()).FindAsync("a1").WaitAsync(Clients.Guard);

        Assert.Equal("a1", task!.Id);
    }

    [Fact]
    public void A_client_without_an_address_says_what_is_missing()
    {
        using var http = new HttpClient();

        Assert.Contains("BaseAddress", Assert.Throws<ArgumentException>(() => new BackgroundTasksClient(http)).Message, StringComparison.Ordinal);
        Assert.Contains("absolute", Assert.Throws<ArgumentException>(() => new ServiceCollection().AddBackgroundTasksClient(new Uri("/jobs", UriKind.Relative))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_option_out_of_its_range_is_named_with_its_range()
    {
        using var http = new HttpClient { BaseAddress = new Uri("http://service") };

        var wrong = Assert.Throws<ArgumentOutOfRangeException>(() => new BackgroundTasksClient(http, new() { RetryTimeout = TimeSpan.Zero }));

        Assert.Contains("Set RetryTimeout to a time from 00:00:00.0100000 to 12 hours.", wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    [InlineData(3e9)]
    public async Task A_wait_for_no_time_or_for_too_long_is_an_error_of_the_caller(double milliseconds)
    {
        var client = new Script(Script.Task()).ToClient(new());

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => client.WaitAsync("a1", TimeSpan.FromMilliseconds(milliseconds)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\r\nb")]
    [InlineData("ü")]
    public async Task A_key_that_the_service_would_not_get_is_an_error_of_the_caller(string key)
    {
        var script = new Script(Script.Task());

        await Assert.ThrowsAsync<ArgumentException>(() => script.ToClient(new()).SubmitAsync(Caller.Awaits, new() { IdempotencyKey = key }));

        Assert.Empty(script.Requests);
    }

    [Fact]
    public async Task An_id_cannot_lead_to_another_path()
    {
        var script = new Script(Script.Refuse(404));
        var client = script.ToClient(new());

        await Assert.ThrowsAsync<ArgumentException>(() => client.DeleteAsync(".."));
        await client.FindAsync("../queues?x#y");

        Assert.Equal("/tasks/..%2Fqueues%3Fx%23y", Assert.Single(script.Requests).Path);
    }

    [Fact]
    public async Task A_404_of_something_else_is_not_taken_for_a_task_that_is_not_there()
    {
        var client = new Script(Script.Proxy(404)).ToClient(new());

        var refused = await Assert.ThrowsAsync<RequestRefusedException>(() => client.FindAsync("a1"));

        Assert.Contains("Check the service's address", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_needs_nothing_of_the_context_that_it_is_called_from()
    {
        await using var service = Service.Start(ServiceKind.KestrelInProduction);
        var client = Clients.Of(service.Client.BaseAddress!);
        var (id, run) = await service.StartHeldAsync();
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(new Busy());
        Task[] calls;
        try
        {
            calls = [client.WaitAsync(id, TimeSpan.FromMinutes(1)), client.ListTaskTypesAsync(), client.FindAsync(id)];
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }

        run.Return("");

        await Task.WhenAll(calls).WaitAsync(Clients.Guard);
    }

    /// <summary>As a thread of windows that is blocked: what is posted to it never runs.</summary>
    private sealed class Busy : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state)
        {
        }
    }

    private sealed class Counter : DelegatingHandler
    {
        public int Count { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Count++;
            return base.SendAsync(request, cancellationToken);
        }
    }
}

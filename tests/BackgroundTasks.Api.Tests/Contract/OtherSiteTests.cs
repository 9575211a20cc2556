using System.Net;
using BackgroundTasks.Api.Hosting;
using BackgroundTasks.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace BackgroundTasks.Api.Tests.Contract;

public sealed class OtherSiteOnTestServer() : OtherSiteTests(ServiceKind.TestServer);

public sealed class OtherSiteOnKestrelInProduction() : OtherSiteTests(ServiceKind.KestrelInProduction);

/// <summary>A page of another site, whose browser can reach the service, changes nothing.</summary>
public abstract class OtherSiteTests(ServiceKind kind)
{
    [Theory]
    [InlineData("POST", "/tasks")]
    [InlineData("POST", "/queues/default/pause")]
    [InlineData("POST", "/tasks/0199f0c2aaaa7aaa8aaaaaaaaaaaaaaa/cancel")]
    [InlineData("POST", "/tasks/retry")]
    [InlineData("DELETE", "/tasks/0199f0c2aaaa7aaa8aaaaaaaaaaaaaaa")]
    [InlineData("POST", "/images")]
    [InlineData("POST", "/sync_endpoint")]
    [InlineData("POST", "/async_endpoint")]
    [InlineData("POST", "/start_task")]
    [InlineData("GET", "/start_task")]
    [InlineData("GET", "/send-notification?email=ann@example.org")]
    [InlineData("GET", "/send-notification")]
    [InlineData("POST", "/nowhere")]
    [InlineData("PUT", "/tasks")]
    [InlineData("DELETE", "/health/live")]
    public async Task What_changes_something_is_403_before_anything_else_is_checked(string method, string path)
    {
        await using var service = Service.Start(kind);

        foreach (var header in new[] { ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Site", "same-site"), ("Origin", "https://evil.test"), ("Origin", "null") })
            await (await service.SendAsync(new HttpMethod(method), path, null, header)).ProblemAsync(403);

        Assert.Empty((await (await service.GetAsync("/tasks")).JsonAsync())["tasks"]!.AsArray());
        Assert.False((await (await service.GetAsync("/queues/default")).JsonAsync())["paused"]!.GetValue<bool>());
        Assert.False(File.Exists(Path.Combine(service.Data, "notifications.log")));
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "same-origin")]
    [InlineData("Sec-Fetch-Site", "none")]
    [InlineData("Origin", "http://{host}")]
    [InlineData("Origin", "https://{host}")]
    [InlineData("X-Other", "")]
    public async Task A_page_of_the_service_and_what_is_no_page_may_change_things(string name, string value)
    {
        await using var service = Service.Start(kind);

        var response = await service.SendAsync(HttpMethod.Post, "/queues/default/pause", null, (name, value.Replace("{host}", service.Client.BaseAddress!.Authority, StringComparison.Ordinal)));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task The_header_of_the_browser_counts_before_the_origin()
    {
        await using var service = Service.Start(kind);

        Assert.Equal(HttpStatusCode.OK, (await service.SendAsync(HttpMethod.Post, "/queues/default/pause", null, ("Sec-Fetch-Site", "same-origin"), ("Origin", "https://behind-a-proxy.example"))).StatusCode);
        await (await service.SendAsync(HttpMethod.Post, "/queues/default/pause", null, ("Sec-Fetch-Site", "cross-site"), ("Origin", $"http://{service.Client.BaseAddress!.Authority}"))).ProblemAsync(403);
    }

    [Fact]
    public async Task Pages_of_the_configured_origins_may_change_things()
    {
        await using var service = Service.Start(kind, ("BackgroundTasks:Cors:Origins:0", "https://example.org"));

        var allowed = await service.SendAsync(HttpMethod.Post, "/queues/default/pause", null, ("Sec-Fetch-Site", "cross-site"), ("Origin", "https://example.org"));

        Assert.Equal((HttpStatusCode.OK, "https://example.org"), (allowed.StatusCode, allowed.Header("Access-Control-Allow-Origin")));
        await (await service.SendAsync(HttpMethod.Post, "/queues/default/resume", null, ("Sec-Fetch-Site", "cross-site"), ("Origin", "https://example.com"))).ProblemAsync(403);
    }

    [Fact]
    public async Task Reading_and_a_preflight_are_never_refused()
    {
        await using var service = Service.Start(kind, ("BackgroundTasks:Cors:Origins:0", "https://example.org"));

        Assert.Equal(HttpStatusCode.OK, (await service.GetAsync("/tasks", ("Sec-Fetch-Site", "cross-site"), ("Origin", "https://evil.test"))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await service.SendAsync(HttpMethod.Head, "/tasks", null, ("Sec-Fetch-Site", "cross-site"))).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await service.SendAsync(HttpMethod.Options, "/tasks", null, ("Sec-Fetch-Site", "cross-site"), ("Origin", "https://example.org"), ("Access-Control-Request-Method", "POST"))).StatusCode);
        await (await service.SendAsync(HttpMethod.Options, "/tasks", null, ("Sec-Fetch-Site", "cross-site"), ("Origin", "https://evil.test"))).ProblemAsync(405);
    }
}

/// <summary>Which origin is the request's own.</summary>
public class OriginTests
{
    [Theory]
    [InlineData("https://example.org", "example.org:443", false)]
    [InlineData("http://example.org", "example.org:80", false)]
    [InlineData("http://example.org", "example.org", false)]
    [InlineData("https://EXAMPLE.org:8443", "example.org:8443", false)]
    [InlineData("https://example.org", "example.org:80", true)]
    [InlineData("http://localhost:3000", "localhost:5080", true)]
    [InlineData("http://localhost", "localhost:5080", true)]
    [InlineData("http://localhost:5080.evil.test", "localhost:5080", true)]
    [InlineData("localhost:5080", "localhost:5080", true)]
    [InlineData("", "localhost:5080", true)]
    public void Another_port_or_host_is_another_site_and_a_default_port_may_be_left_out(string origin, string host, bool refused)
    {
        var request = new DefaultHttpContext().Request;
        request.Method = "POST";
        request.Host = new HostString(host);
        request.Headers.Origin = origin;

        Assert.Equal(refused, new OtherSites([]).Refuses(request.HttpContext));
    }
}

/// <summary>Names that were made to lead to this machine.</summary>
public class LoopbackHostTests
{
    [Theory]
    [InlineData("evil.test")]
    [InlineData("evil.test:5080")]
    [InlineData("localhost.evil.test")]
    [InlineData("192.168.1.10")]
    [InlineData("[::2]:5080")]
    public async Task On_loopback_alone_a_host_of_another_name_is_400_for_reads_too(string host)
    {
        await using var service = Service.Start(ServiceKind.KestrelInProduction);

        await (await service.GetAsync("/tasks", ("Host", host))).ProblemAsync(400);
        await (await service.GetAsync("/nowhere", ("Host", host))).ProblemAsync(400);
        await (await service.SendAsync(HttpMethod.Post, "/queues/default/pause", null, ("Host", host), ("Sec-Fetch-Site", "same-origin"))).ProblemAsync(400);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("LOCALHOST:1")]
    [InlineData("127.0.0.1:5080")]
    [InlineData("127.8.9.10")]
    [InlineData("[::1]")]
    [InlineData("[::1]:5080")]
    public async Task A_name_of_this_machine_is_served(string host)
    {
        await using var service = Service.Start(ServiceKind.KestrelInProduction);

        Assert.Equal(HttpStatusCode.OK, (await service.GetAsync("/tasks", ("Host", host))).StatusCode);
    }

    [Fact]
    public async Task Where_others_can_reach_the_service_any_host_is_served()
    {
        await using var service = Service.Start(ServiceKind.KestrelInProduction, ("urls", "http://0.0.0.0:0;http://127.0.0.1:0"));

        Assert.Equal(HttpStatusCode.OK, (await service.GetAsync("/tasks", ("Host", "tasks.example.org"))).StatusCode);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData(":80", false)]
    [InlineData("::1", false)]
    [InlineData("[::1", false)]
    [InlineData("localhost:", true)]
    [InlineData("127.0.0.1.evil.test", false)]
    [InlineData("128.0.0.1", false)]
    public void What_is_no_host_is_no_name_of_this_machine(string host, bool expected) => Assert.Equal(expected, LoopbackHosts.IsLoopback(host));
}

/// <summary>The same rule in an application of one's own.</summary>
public class OtherSitesInAnApplicationTests
{
    [Fact]
    public async Task An_application_asks_for_the_rule_and_may_allow_origins()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Services.AddBackgroundTasks();
        await using var app = builder.Build();
        app.MapGroup("/guarded").MapBackgroundTasks().RefuseOtherSites("https://example.org");
        app.MapGroup("/seed").MapStartTask().RefuseOtherSites();
        await app.StartAsync();
        using var client = app.GetTestClient();

        Assert.Equal(HttpStatusCode.Forbidden, await SendAsync(client, HttpMethod.Post, "/guarded/queues/default/pause", "https://evil.test"));
        Assert.Equal(HttpStatusCode.Forbidden, await SendAsync(client, HttpMethod.Get, "/seed/start_task", "https://evil.test"));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(client, HttpMethod.Post, "/guarded/queues/default/pause", "https://example.org"));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(client, HttpMethod.Get, "/guarded/queues", "https://evil.test"));
    }

    private static async Task<HttpStatusCode> SendAsync(HttpClient client, HttpMethod method, string path, string origin)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Add("Sec-Fetch-Site", "cross-site");
        request.Headers.Add("Origin", origin);
        return (await client.SendAsync(request)).StatusCode;
    }
}

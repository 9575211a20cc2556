using System.Net;
using System.Net.Http.Json;
using BackgroundTasks.Api.Tests.Contract;

namespace BackgroundTasks.Api.Tests.Hosting;

public class ServiceProcessTests
{
    [Fact]
    public async Task A_termination_lets_finish_what_was_accepted_refuses_more_and_ends_with_zero()
    {
        await using var service = await ServiceProcess.ServeAsync();
        var slow = await service.SubmitAsync("""{"type":"wait","payload":{"seconds":3600}}""");
        for (var i = 0; i < 20; i++)
            await service.SubmitAsync($$$"""{"type":"send-notification","payload":{"email":"user{{{i}}}@example.org"}}""");

        service.Terminate();
        HttpResponseMessage refused;
        do
            refused = await service.Client.PostAsJsonAsync(new Uri("/tasks", UriKind.Relative), new { type = "wait", payload = new { seconds = 0 } });
        while (refused.StatusCode is HttpStatusCode.Accepted);
        var ready = await service.Client.GetAsync(new Uri("/health/ready", UriKind.Relative));
        var live = await service.Client.GetAsync(new Uri("/health/live", UriKind.Relative));
        var held = await service.Client.GetAsync(new Uri($"/tasks/{slow}?wait=30", UriKind.Relative));
        var canceled = await service.Client.PostAsync(new Uri($"/tasks/{slow}/cancel", UriKind.Relative), null);
        var (exitCode, errors) = await service.EndAsync();

        Assert.Equal(HttpStatusCode.Accepted, canceled.StatusCode);
        await refused.ProblemAsync(503);
        await ready.ProblemAsync(503);
        Assert.NotNull(refused.Header("Retry-After"));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK), (ready.StatusCode, live.StatusCode));
        Assert.Equal("running", (await held.JsonAsync())["status"]!.GetValue<string>());
        Assert.Equal((0, ""), (exitCode, errors));
        Assert.Equal(20, (await File.ReadAllLinesAsync(Path.Combine(service.Data, "notifications.log"))).Length);
    }

    [Fact]
    public async Task What_still_runs_when_the_drain_time_is_over_is_interrupted_and_the_end_is_zero_all_the_same()
    {
        await using var service = await ServiceProcess.ServeAsync(("BackgroundTasks__DrainTimeout", "00:00:00.2"));
        await service.SubmitAsync("""{"type":"wait","payload":{"seconds":3600}}""");
        await service.SubmitAsync("""{"type":"count-primes","payload":{"upTo":1000000000}}""");

        service.Terminate();

        Assert.Equal((0, ""), await service.EndAsync());
    }

    [LinuxFact]
    public async Task No_folder_is_watched_in_which_tasks_and_logs_may_be_written()
    {
        await using var service = await ServiceProcess.ServeAsync();

        var watched = Directory.EnumerateFiles($"/proc/{service.Id}/fdinfo").SelectMany(LinesOf).Count(line => line.StartsWith("inotify", StringComparison.Ordinal));

        Assert.Equal(0, watched);
    }

    [Theory]
    [InlineData("BackgroundTasks__Queues__default__Workers", "0", "BackgroundTasks:Queues:default:Workers")]
    [InlineData("BackgroundTasks__Queues__default__Workers", "many", "BackgroundTasks:Queues:default")]
    [InlineData("BackgroundTasks__Queues__default__Wrokers", "5", "BackgroundTasks:Queues:default")]
    [InlineData("BackgroundTasks__MaxRetained", "many", "BackgroundTasks:MaxRetained")]
    [InlineData("BackgroundTasks__Queues__bad name__Workers", "1", "BackgroundTasks:Queues:bad name")]
    [InlineData("BackgroundTasks__Retention", "00:00:00", "BackgroundTasks:Retention")]
    [InlineData("BackgroundTasks__DrainTimeout", "20", "BackgroundTasks:DrainTimeout")]
    [InlineData("BackgroundTasks__MaxRetained", "-1", "BackgroundTasks:MaxRetained")]
    [InlineData("BackgroundTasks__ClientLimit__Permits", "0", "BackgroundTasks:ClientLimit:Permits")]
    [InlineData("BackgroundTasks__ClientLimit__Window", "2", "BackgroundTasks:ClientLimit:Window")]
    [InlineData("BackgroundTasks__Cors__Origins__0", "example.org", "BackgroundTasks:Cors:Origins")]
    [InlineData("BackgroundTasks__Cors__Origins__0", "https://example.org/", "BackgroundTasks:Cors:Origins")]
    [InlineData("BackgroundTasks__Cors__Origins__0", "ftp://example.org", "BackgroundTasks:Cors:Origins")]
    [InlineData("BackgroundTasks__Cors__Origins", "https://example.org", "BackgroundTasks:Cors:Origins")]
    [InlineData("BackgroundTasks__Queues", "5", "BackgroundTasks:Queues")]
    [InlineData("BackgroundTasks__Queues__default", "5", "BackgroundTasks:Queues:default")]
    [InlineData("BackgroundTasks__Types__wait__MaxAttempts", "0", "BackgroundTasks:Types:wait:MaxAttempts")]
    [InlineData("BackgroundTasks__Types__wait__MaxAttemps", "2", "BackgroundTasks:Types:wait")]
    [InlineData("BackgroundTasks__Types__wait__Queue", "unknown", "unknown")]
    [InlineData("BackgroundTasks__Types__wait__RateLimit__Period", "-1", "BackgroundTasks:Types:wait:RateLimit:Period")]
    [InlineData("BackgroundTasks__Types__weit__Queue", "default", "BackgroundTasks:Types:weit")]
    [InlineData("Serilog__MinimumLevel__Default", "Foo", "Foo")]
    [InlineData("Kestrel__Endpoints__one__Url", "foo", "foo")]
    [InlineData("BackgroundTasks__DataDirectory", "/dev/null/data", "BackgroundTasks:DataDirectory")]
    [InlineData("PushNotifications__Secret", "whsec_short", "PushNotifications:Secret")]
    public async Task A_bad_setting_stops_the_start_with_its_name(string key, string value, string name)
    {
        await using var service = ServiceProcess.Start((key, value));

        var (exitCode, errors) = await service.EndAsync();

        Assert.Equal(1, exitCode);
        Assert.Contains(name, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    /// <summary>A file that was closed meanwhile has none.</summary>
    private static string[] LinesOf(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (IOException)
        {
            return [];
        }
    }
}

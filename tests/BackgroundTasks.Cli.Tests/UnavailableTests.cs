using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace BackgroundTasks.Cli.Tests;

/// <summary>A service that is not there, is another one, or has no room.</summary>
public sealed class UnavailableTests
{
    [Fact]
    public async Task A_wrong_address_is_told()
    {
        var address = RunningService.FreeAddress();

        var ended = await BackgroundTasksTool.RunAsync(address, "submit", "wait", "{}");

        Assert.Equal((3, ""), (ended.ExitCode, ended.Output));
        Assert.StartsWith($"background-tasks: {address}/ does not answer: ", ended.Errors, StringComparison.Ordinal);
        Assert.Contains("--url or BACKGROUNDTASKS_URL", ended.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_submit_whose_answer_is_lost_tells_the_key_by_which_it_can_be_repeated()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();

        var ended = await BackgroundTasksTool.RunAsync($"http://{silent.LocalEndpoint}", "submit", "wait", "{}", "--key", "order-42", "--retry-for", "300ms");

        Assert.Equal((3, ""), (ended.ExitCode, ended.Output));
        Assert.Contains("no answer came in time", ended.Errors, StringComparison.Ordinal);
        Assert.Contains("--key order-42", ended.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_queue_is_told_after_the_retries()
    {
        await using var service = await RunningService.StartAsync(("BackgroundTasks__Queues__default__Capacity", "1"));
        await service.RunAsync("queues", "pause", "default");
        await service.SubmitAsync("wait", """{"seconds":0}""");

        var refused = await service.RunAsync("submit", "wait", """{"seconds":0}""", "--retry-for", "10s");

        Assert.Equal((3, ""), (refused.ExitCode, refused.Output));
        Assert.StartsWith("background-tasks: Refused (503): ", refused.Errors, StringComparison.Ordinal);
        Assert.Contains("--retry-for", refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_quota_that_is_used_up_is_told_after_the_retries()
    {
        await using var service = await RunningService.StartAsync(("BackgroundTasks__ClientLimit__Permits", "1"));
        await service.SubmitAsync("wait", """{"seconds":0}""");

        var refused = await service.RunAsync("submit", "wait", """{"seconds":0}""", "--retry-for", "10s");
        var upload = await service.RunAsync("upload", BackgroundTasksTool.Path, "--width", "8", "--retry-for", "100ms");

        Assert.Equal((3, 3), (refused.ExitCode, upload.ExitCode));
        Assert.StartsWith("background-tasks: Refused (429): ", refused.Errors, StringComparison.Ordinal);
        Assert.StartsWith("background-tasks: Refused (429): ", upload.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("Fri, 02 Jan 2026 03:04:05 GMT")]
    public async Task An_upload_that_may_come_back_at_once_is_sent_again_after_a_pause(string retryAfter)
    {
        var sent = 0;
        await using var busy = await OtherService.StartAsync((HttpResponse response) =>
        {
            Interlocked.Increment(ref sent);
            response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            response.Headers.RetryAfter = retryAfter;
        });

        var ended = await BackgroundTasksTool.RunAsync(busy.Address, "upload", BackgroundTasksTool.Path, "--retry-for", "5s");

        Assert.Equal((3, ""), (ended.ExitCode, ended.Output));
        Assert.InRange(sent, 2, 21);
    }

    [Theory]
    [InlineData("list")]
    [InlineData("get", "01a20c8585d77000800005e327ff670d")]
    [InlineData("submit", "wait", "{}")]
    [InlineData("upload", "{image}", "--width", "8")]
    public async Task What_is_another_service_is_told(params string[] arguments)
    {
        await using var page = await OtherService.StartAsync(static () => Results.Content("<html>Welcome</html>", "text/html"));

        var ended = await BackgroundTasksTool.RunAsync(page.Address, arguments.Select(static argument => argument.Replace("{image}", BackgroundTasksTool.Path, StringComparison.Ordinal)));

        Assert.Equal((3, ""), (ended.ExitCode, ended.Output));
        Assert.Matches("^background-tasks: What answer.* is not a BackgroundTasks service.*Check the address, and what stands between.\n$", ended.Errors);
    }

    [Fact]
    public async Task A_retry_that_a_proxy_answers_says_to_look_first()
    {
        await using var proxy = await OtherService.StartAsync(static () => Results.Content("<html>Bad gateway</html>", "text/html", statusCode: 502));

        var ended = await BackgroundTasksTool.RunAsync(proxy.Address, "retry", "01a20c8585d77000800005e327ff670d");

        Assert.Equal((3, ""), (ended.ExitCode, ended.Output));
        Assert.Matches("^background-tasks: What stands between answered POST .*/retry \\(502\\) in place of the service. It may have been done. Look before you call again.\n$", ended.Errors);
    }

    [Theory]
    [InlineData("{}", "list")]
    [InlineData("{}", "types")]
    [InlineData("{}", "queues")]
    [InlineData("{}", "retry", "--status", "failed")]
    [InlineData("{}", "delete", "01a20c8585d77000800005e327ff670d")]
    [InlineData("null", "upload", "{image}", "--width", "8")]
    public async Task Another_service_that_answers_with_json_of_its_own_is_told(string json, params string[] arguments)
    {
        await using var other = await OtherService.StartAsync(() => Results.Content(json, "application/json"));

        var ended = await BackgroundTasksTool.RunAsync(other.Address, arguments.Select(static argument => argument.Replace("{image}", BackgroundTasksTool.Path, StringComparison.Ordinal)));

        Assert.Equal((3, ""), (ended.ExitCode, ended.Output));
        Assert.Matches("^background-tasks: What answer.* is not a BackgroundTasks service.*Check the address, and what stands between\\.( It may have been done\\. Look before you call again\\.)?\n$", ended.Errors);
    }
}

using BackgroundTasks.Api.Tests.Contract;

namespace BackgroundTasks.Api.Tests.Hosting;

public class LogTests
{
    [Fact]
    public async Task A_request_leaves_a_line_with_task_and_trace_and_nothing_that_its_sender_wrote()
    {
        await using var service = Service.Start(ServiceKind.KestrelInProduction, ("Serilog:MinimumLevel:Default", "Information"));
        var response = await service.SubmitAsync("""{"type":"send-notification","payload":{"email":"ann@example.org","message":"hello there"}}""", ("Prefer", "wait=30"), ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));
        var id = (await response.JsonAsync())["id"]!.GetValue<string>();
        await service.GetAsync("/send-notification?email=bob@example.org");
        await service.GetAsync("/tasks/x%0Aforged%20entry");
        var data = await service.StopAndKeepAsync();

        var lines = await File.ReadAllLinesAsync(Directory.GetFiles(Path.Combine(data, "logs"), "service-*.jsonl").Single());
        var entries = lines.Select(line => System.Text.Json.Nodes.JsonNode.Parse(line)!).ToList();
        Directory.Delete(data, recursive: true);

        var request = entries.Single(entry => (string?)entry["RequestPath"] == "/tasks");
        Assert.Equal((id, "POST"), ((string?)request["TaskId"], (string?)request["RequestMethod"]));
        Assert.Equal("4bf92f3577b34da6a3ce929d0e0e4736", (string?)request["TraceId"]);
        Assert.DoesNotContain(lines, line => line.Contains("example.org", StringComparison.Ordinal) || line.Contains("hello there", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.StartsWith("forged", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_mail_server_that_names_the_recipient_does_not_write_it_into_the_log()
    {
        using var server = new Notifications.SmtpServer("550 5.1.1 <ann@example.org> is unknown here");
        await using var service = Service.Start(ServiceKind.TestServer, realTime: true, ("Smtp:Host", "127.0.0.1"), ("Smtp:Port", $"{server.Port}"), ("Smtp:From", "noreply@sender.example"));

        var response = await service.SubmitAsync("""{"type":"send-notification","payload":{"email":"ann@example.org"}}""", ("Prefer", "wait=30"));

        Assert.Equal("failed", (await response.JsonAsync())["status"]!.GetValue<string>());
        var lines = await LinesAsync(service);
        Assert.Contains(lines, line => line.Contains("AttemptFailed", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains("ann@example.org", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_body_that_is_no_http_is_its_clients_error_and_none_of_the_service()
    {
        await using var service = Service.Start(ServiceKind.KestrelInProduction);
        using var client = new System.Net.Sockets.TcpClient(service.Client.BaseAddress!.Host, service.Client.BaseAddress.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync("POST /tasks HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"u8.ToArray());
        using var reader = new StreamReader(stream);

        var answer = await reader.ReadToEndAsync().WaitAsync(HeldWork.Guard);

        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.Contains("application/problem+json", answer, StringComparison.Ordinal);
        Assert.Empty(await LinesAsync(service));
    }

    [Fact]
    public async Task At_warning_the_request_log_is_silent()
    {
        await using var service = Service.Start(ServiceKind.KestrelInProduction);
        await service.GetAsync("/tasks");

        Assert.Empty(await LinesAsync(service));
    }

    [Theory]
    [InlineData(null, 1, 1)]
    [InlineData("Serilog.AspNetCore.RequestLoggingMiddleware", 0, 1)]
    [InlineData("BackgroundTasks.Execution", 1, 0)]
    public async Task A_level_of_a_source_silences_its_lines_alone(string? source, int requests, int runs)
    {
        await using var service = Service.Start(ServiceKind.KestrelInProduction, ("Serilog:MinimumLevel:Default", "Information"), ($"Serilog:MinimumLevel:Override:{source ?? "x"}", "Warning"));
        await service.SubmitAsync("""{"type":"wait","payload":{"seconds":0}}""", ("Prefer", "wait=30"));

        var lines = await LinesAsync(service);

        Assert.Equal((requests, runs), (Count(lines, "\"RequestPath\":\"/tasks\""), Count(lines, "\"Outcome\":\"succeeded\"")));
    }

    [Fact]
    public async Task Another_sink_has_the_lines_that_the_file_has()
    {
        await using var service = await ServiceProcess.ServeAsync(
            ("Serilog__WriteTo__0__Name", "File"),
            ("Serilog__WriteTo__0__Args__path", "other.jsonl"),
            ("Serilog__WriteTo__0__Args__formatter", "Serilog.Formatting.Compact.CompactJsonFormatter, Serilog.Formatting.Compact"));
        var id = await service.SubmitAsync("""{"type":"wait","payload":{"seconds":0}}""");
        await service.Client.GetAsync(new Uri($"/tasks/{id}?wait=20", UriKind.Relative));
        service.Terminate();
        await service.EndAsync();

        var lines = File.ReadAllLines(Directory.GetFiles(Path.Combine(service.Data, "logs")).Single()).ToList();
        Assert.Equal((1, 1), (Count(lines, "\"RequestPath\":\"/tasks\""), Count(lines, "\"Outcome\":\"succeeded\"")));
        Assert.Equal(lines.Order(), File.ReadAllLines(Path.Combine(service.Data, "other.jsonl")).Order());
    }

    private static int Count(List<string> lines, string text) => lines.Count(line => line.Contains(text, StringComparison.Ordinal));

    private static async Task<List<string>> LinesAsync(Service service)
    {
        var data = await service.StopAndKeepAsync();
        var lines = Directory.Exists(Path.Combine(data, "logs")) ? Directory.GetFiles(Path.Combine(data, "logs")).SelectMany(File.ReadAllLines).ToList() : [];
        Directory.Delete(data, recursive: true);
        return lines;
    }
}

using System.Text.Json.Nodes;
using BackgroundTasks.Api.Hosting;
using Microsoft.Extensions.Time.Testing;
using Serilog.Events;
using Serilog.Formatting.Compact;
using Serilog.Parsing;

namespace BackgroundTasks.Api.Tests.Hosting;

public sealed class RequestLinesTests : IDisposable
{
    private const string Connection = "0HNQAR5NF1J3S";
    private const string Trace = "0HNQAR5NF1J3S:00000001";
    private static readonly DateTimeOffset At = new(2026, 1, 2, 14, 3, 22, 7, TimeSpan.FromHours(1));

    private readonly LogOutput _output = new();
    private readonly LogWriter _writer;

    public RequestLinesTests() => _writer = new LogWriter(_output, static _ => { }, static _ => { }, new FakeTimeProvider());

    public void Dispose() => _writer.Dispose();

    [Theory]
    [InlineData("POST", "/tasks", 202, 12_345, "01a20c8585d77000800005e327ff670d")]
    [InlineData("GET", "/health/ready", 200, 1, null)]
    [InlineData("GET", "", 404, 0, null)]
    [InlineData("DELETE", "/tasks/!#$%&'()*+,-.:;<=>?@[]^_`{|}~ ", 409, 600_000_000_001, null)]
    public void A_line_is_the_one_that_Serilog_writes(string method, string path, int status, long ticks, string? task)
    {
        Assert.True(new RequestLines(_writer).TryWrite(At, method, path, status, new TimeSpan(ticks), Connection, Trace, task is null ? null : Guid.Parse(task)));
        _writer.Dispose();

        var line = string.Concat(_output.Rest());
        Assert.EndsWith("}\n", line, StringComparison.Ordinal);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Entry(method, path, status, new TimeSpan(ticks), task)), JsonNode.Parse(line)), line);
    }

    [Theory]
    [InlineData("GET", "/a\"b")]
    [InlineData("GET", "/a\\b")]
    [InlineData("GET", "/a\nb")]
    [InlineData("GET", "/\u001b[31m")]
    [InlineData("GET", "/\u007f")]
    [InlineData("GET", "/\u202e")]
    [InlineData("GET", "/ä")]
    [InlineData("\"", "/")]
    public void What_must_be_escaped_is_left_to_Serilog(string method, string path)
    {
        Assert.False(new RequestLines(_writer).TryWrite(At, method, path, 404, default, Connection, Trace, null));
        _writer.Dispose();

        Assert.Empty(_output.Rest());
    }

    [Theory]
    [InlineData(100)]
    [InlineData(240)]
    [InlineData(300)]
    [InlineData(8_000)]
    public void A_line_is_written_whole_or_not_at_all(int length)
    {
        var isWritten = new RequestLines(_writer).TryWrite(At, "GET", new string('/', length), 404, default, Connection, Trace, Guid.Empty);
        _writer.Dispose();

        Assert.Equal(isWritten, _output.Rest() is [['{', .., '}', '\n']]);
    }

    private static string Entry(string method, string path, int status, TimeSpan elapsed, string? task)
    {
        List<LogEventProperty> properties =
        [
            new("RequestMethod", new ScalarValue(method)),
            new("RequestPath", new ScalarValue(path)),
            new("StatusCode", new ScalarValue(status)),
            new("Elapsed", new ScalarValue(elapsed.TotalMilliseconds)),
            new("ConnectionId", new ScalarValue(Connection)),
            new("TraceId", new ScalarValue(Trace)),
            new("SourceContext", new ScalarValue(RequestLog.Source)),
        ];
        if (task is not null)
            properties.Add(new("TaskId", new ScalarValue(task)));
        using var line = new StringWriter();
        new CompactJsonFormatter().Format(new LogEvent(At, LogEventLevel.Information, null, new MessageTemplateParser().Parse(RequestLog.Text), properties), line);
        return line.ToString();
    }
}

using System.Text.Json.Nodes;
using BackgroundTasks.Api.Hosting;
using BackgroundTasks.Diagnostics;
using Microsoft.Extensions.Time.Testing;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Formatting.Compact;

namespace BackgroundTasks.Api.Tests.Hosting;

public sealed class RunLoggerTests : IDisposable
{
    private static readonly DateTimeOffset At = new(2026, 1, 2, 14, 3, 22, 7, TimeSpan.Zero);

    private readonly List<LogEvent> _entries = [];
    private readonly FakeTimeProvider _time = new(At);
    private readonly LogOutput _json = new();
    private readonly LogOutput _text = new();
    private readonly LogWriter _jsonWriter;
    private readonly LogWriter _textWriter;
    private readonly SerilogLoggerFactory _serilog;

    public RunLoggerTests()
    {
        (_jsonWriter, _textWriter) = (Write(_json), Write(_text));
        _serilog = new SerilogLoggerFactory(new LoggerConfiguration().MinimumLevel.Debug().Enrich.FromLogContext().WriteTo.Sink(new Entries(_entries)).CreateLogger(), dispose: true);

        LogWriter Write(LogOutput output) => new(output, static _ => { }, static _ => { }, _time);
    }

    public void Dispose()
    {
        _jsonWriter.Dispose();
        _textWriter.Dispose();
        _serilog.Dispose();
    }

    [Fact]
    public void The_end_of_a_run_is_the_two_lines_that_Serilog_writes()
    {
        EndRun(Log(RunLogger.Source), Started());
        Assert.Empty(_entries);
        EndRun(new RunLog(_serilog.CreateLogger(RunLogger.Source)), Started());
        var (json, text) = Lines();

        var entry = Assert.Single(_entries);
        Assert.Equal(Format(new ConsoleFormatter(), entry)[8..], text[8..]);
        Assert.StartsWith("14:03:22 ", text, StringComparison.Ordinal);
        Assert.EndsWith("}\n", json, StringComparison.Ordinal);
        var (expected, actual) = (JsonNode.Parse(Format(new CompactJsonFormatter(), entry))!, JsonNode.Parse(json)!);
        expected["@t"] = "2026-01-02T14:03:22.0070000Z";
        Assert.True(JsonNode.DeepEquals(expected, actual), json);
    }

    [Fact]
    public void A_run_whose_scope_has_more_than_its_line_is_left_to_Serilog()
    {
        EndRun(Log(RunLogger.Source), Started("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));

        Assert.Equal(("", ""), Lines());
        Assert.Equal("\"0af7651916cd43dd8448eb211c80319c\"", Assert.Single(_entries).Properties["SubmitTraceId"].ToString());
    }

    [Fact]
    public void All_that_is_not_the_end_of_a_run_that_went_well_is_left_to_Serilog()
    {
        var (log, started) = (Log(RunLogger.Source), Started());

        log.Started(started);
        log.Ended(started, started.Fail(new BackgroundTaskError("E", "m", 1), At), changed: true, new InvalidOperationException("m"), default);

        Assert.Equal(("", ""), Lines());
        Assert.Equal([LogEventLevel.Debug, LogEventLevel.Warning], _entries.Select(entry => entry.Level));
    }

    [Fact]
    public void A_type_that_must_be_escaped_is_left_to_Serilog()
    {
        EndRun(Log(RunLogger.Source), Started(type: "a\"\nb"));

        Assert.Equal(("", ""), Lines());
        Assert.Single(_entries);
    }

    private static BackgroundTask Started(string? traceParent = null, string type = "count-primes") => BackgroundTask.Create(new()
    {
        Id = Guid.Parse("01a20c85-85d7-7000-8000-05e327ff670d"),
        Type = type,
        Queue = "default",
        CreatedAt = At,
        TraceParent = traceParent,
    }).Start("node", At)!;

    private static void EndRun(RunLog log, BackgroundTask started)
    {
        using var scope = log.BeginScope(started);
        log.Ended(started, started.Succeed(default, At), changed: true, null, TimeSpan.FromMilliseconds(1_234));
    }

    private static string Format(Serilog.Formatting.ITextFormatter formatter, LogEvent entry)
    {
        using var output = new StringWriter();
        formatter.Format(entry, output);
        return output.ToString();
    }

    private RunLog Log(string source) => new(new RunLogger(_serilog.CreateLogger(source), _jsonWriter, _textWriter, _time));

    private (string Json, string Text) Lines()
    {
        _jsonWriter.Dispose();
        _textWriter.Dispose();
        return (string.Concat(_json.Rest()), string.Concat(_text.Rest()));
    }

    private sealed class Entries(List<LogEvent> entries) : ILogEventSink
    {
        public void Emit(LogEvent logEvent) => entries.Add(logEvent);
    }
}

using System.Diagnostics;
using System.Text.Json.Nodes;
using BackgroundTasks.Api.Hosting;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Parsing;

namespace BackgroundTasks.Api.Tests.Hosting;

/// <summary>What a person or a container's collector sees of the log.</summary>
public class ConsoleTests
{
    private static readonly DateTimeOffset At = new(2026, 1, 2, 14, 3, 22, TimeSpan.FromHours(1));

    [Fact]
    public void An_entry_is_its_time_its_level_and_its_message_alone()
    {
        var entry = Entry(LogEventLevel.Information, "Task {Type} {Result}, attempt {Attempt}", null, ("Type", "count-primes"), ("Result", "succeeded"), ("Attempt", 1), ("SourceContext", "Some.Type"), ("More", "x"));

        Assert.Equal("14:03:22 INF Task count-primes succeeded, attempt 1\n", Format(new ConsoleFormatter(), entry));
    }

    [Fact]
    public void An_entry_with_line_breaks_is_one_entry()
    {
        var entry = Entry(LogEventLevel.Warning, "path {Path}", new InvalidOperationException("a\nb"), ("Path", "x\r\ny\rz"));

        Assert.Equal("14:03:22 WRN path x\n    y\\rz\n    System.InvalidOperationException: a\n    b\n", Format(new ConsoleFormatter(), entry));
    }

    [Fact]
    public void An_error_ends_with_the_trace_id_that_its_client_was_told()
    {
        var trace = ActivityTraceId.CreateRandom();
        var entry = new LogEvent(At, LogEventLevel.Error, null, new MessageTemplateParser().Parse("No answer"), [], trace, ActivitySpanId.CreateRandom());

        Assert.Equal($"14:03:22 ERR No answer (trace id {trace})\n", Format(new ConsoleFormatter(), entry));
    }

    [Theory]
    [InlineData("\u001b[31m", "\\u001b[31m")]
    [InlineData("a\u202eb", "a\\u202eb")]
    [InlineData("\u2066\u2069\u061c\u200f", "\\u2066\\u2069\\u061c\\u200f")]
    [InlineData("\u200b\ufeff\u00ad", "\\u200b\\ufeff\\u00ad")]
    [InlineData("\u0085\u2028\u2029\u007f", "\\u0085\\u2028\\u2029\\u007f")]
    [InlineData("\udb40\udc01\ue000", "\\udb40\\udc01\\ue000")]
    [InlineData("Grüße 東京 😀\t€", "Grüße 東京 😀\t€")]
    public void What_moves_the_cursor_or_turns_the_reading_order_is_escaped(string text, string shown)
    {
        Assert.Equal($"14:03:22 INF {shown}\n", Format(new ConsoleFormatter(), Entry(LogEventLevel.Information, "{Text}", null, ("Text", text))));
        Assert.Equal(shown, ConsoleText.OneLine(text));

        var json = Format(new ConsoleJsonFormatter(), Entry(LogEventLevel.Information, "{Text}", null, ("Text", text)));
        Assert.Equal(text, (string?)JsonNode.Parse(json)!["Text"]);
        Assert.Equal(json.TrimEnd(), ConsoleText.OneLine(json));
    }

    /// <summary>As an argument of the test it would not arrive: xunit writes it in UTF-8.</summary>
    [Fact]
    public void A_lone_surrogate_is_escaped() => Assert.Equal("a\\ud800b", ConsoleText.OneLine(string.Concat("a", (char)0xd800, "b")));

    private static LogEvent Entry(LogEventLevel level, string message, Exception? exception, params (string Name, object Value)[] properties) =>
        new(At, level, exception, new MessageTemplateParser().Parse(message), properties.Select(property => new LogEventProperty(property.Name, new ScalarValue(property.Value))));

    private static string Format(ITextFormatter formatter, LogEvent entry)
    {
        using var output = new StringWriter();
        formatter.Format(entry, output);
        return output.ToString();
    }
}

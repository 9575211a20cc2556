using System.Diagnostics;
using Serilog.Core;
using Serilog.Events;
using Serilog.Parsing;

namespace BackgroundTasks.Api.Hosting;

/// <summary>One line a request at Information, with the task's id if there is one; no query, no body. Nothing is made for a level that is off.</summary>
internal sealed class RequestLog(RequestDelegate next, Serilog.ILogger log)
{
    /// <summary>What the lines are from, for the settings of levels: the name of Serilog's own request log.</summary>
    public const string Source = "Serilog.AspNetCore.RequestLoggingMiddleware";

    private static readonly MessageTemplate Template = new MessageTemplateParser().Parse("HTTP {RequestMethod} {RequestPath} responded {StatusCode} in {Elapsed:0.0000} ms");

    private readonly Serilog.ILogger _log = log.ForContext(Constants.SourceContextPropertyName, Source);

    public Task InvokeAsync(HttpContext context)
    {
        var begun = TimeProvider.System.GetTimestamp();
        try
        {
            var answered = next(context);
            if (!answered.IsCompletedSuccessfully)
                return AwaitAsync(answered, context, begun);
        }
        catch (Exception exception) when (WriteAndPass(context, begun, exception))
        {
            throw;
        }

        Write(context, begun, null);
        return Task.CompletedTask;
    }

    private async Task AwaitAsync(Task answered, HttpContext context, long begun)
    {
        try
        {
            await answered;
        }
        catch (Exception exception) when (WriteAndPass(context, begun, exception))
        {
            throw;
        }

        Write(context, begun, null);
    }

    /// <summary>Never catches: it writes while the scopes in which the exception was thrown are still there.</summary>
    private bool WriteAndPass(HttpContext context, long begun, Exception exception)
    {
        Write(context, begun, exception);
        return false;
    }

    private void Write(HttpContext context, long begun, Exception? exception)
    {
        var status = exception is null ? context.Response.StatusCode : StatusCodes.Status500InternalServerError;
        var level = LevelOf(context, status, exception);
        if (!_log.IsEnabled(level))
            return;
        List<LogEventProperty> properties =
        [
            new("RequestMethod", new ScalarValue(context.Request.Method)),
            new("RequestPath", new ScalarValue(context.Request.Path.Value)),
            new("StatusCode", new ScalarValue(status)),
            new("Elapsed", new ScalarValue(TimeProvider.System.GetElapsedTime(begun).TotalMilliseconds)),
        ];

        // From the route, or from the answer of a submit; only what is an id, so that nobody writes into the log.
        var id = context.Request.RouteValues["id"] as string ?? context.Response.Headers.Location.ToString().Split('/')[^1];
        if (BackgroundTaskIds.TryRead(id, out var taskId))
            properties.Add(new("TaskId", new ScalarValue(taskId.ToString("N"))));
        var activity = Activity.Current;
        _log.Write(new LogEvent(TimeProvider.System.GetLocalNow(), level, exception, Template, properties, activity?.TraceId ?? default, activity?.SpanId ?? default));
    }

    /// <summary>A refusal is how the service is meant to answer; an error is what it failed to do. A client that left is neither.</summary>
    private static LogEventLevel LevelOf(HttpContext context, int status, Exception? exception) => (exception, status) switch
    {
        _ when context.RequestAborted.IsCancellationRequested => LogEventLevel.Debug,
        (not null, _) => LogEventLevel.Error,
        (_, StatusCodes.Status503ServiceUnavailable) => LogEventLevel.Warning,
        (_, >= StatusCodes.Status500InternalServerError) => LogEventLevel.Error,
        _ => LogEventLevel.Information,
    };
}

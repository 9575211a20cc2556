using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using Serilog.Core;
using Serilog.Events;
using Serilog.Parsing;

namespace BackgroundTasks.Api.Hosting;

/// <summary>One line a request at Information, with the task's id if there is one; no query, no body. Nothing is made for a level that is off.</summary>
internal sealed class RequestLog(RequestDelegate next, Serilog.ILogger log, RequestLines lines)
{
    /// <summary>What the lines are from, for the settings of levels: the name of Serilog's own request log.</summary>
    public const string Source = "Serilog.AspNetCore.RequestLoggingMiddleware";

    /// <summary>The message.</summary>
    public const string Text = "HTTP {RequestMethod} {RequestPath} responded {StatusCode} in {Elapsed:0.0000} ms";

    private static readonly MessageTemplate Template = new MessageTemplateParser().Parse(Text);

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
        var (method, path, elapsed, task, at) =
            (context.Request.Method, context.Request.Path.Value ?? "", TimeProvider.System.GetElapsedTime(begun), TaskOf(context), TimeProvider.System.GetUtcNow());
        var activity = Activity.Current;
        if (level is LogEventLevel.Information && activity is null && lines.TryWrite(at, method, path, status, elapsed, context.Features.Get<IHttpConnectionFeature>()?.ConnectionId, BackgroundTasksDiagnostics.TraceId, task))
            return;
        List<LogEventProperty> properties =
        [
            new("RequestMethod", new ScalarValue(method)),
            new("RequestPath", new ScalarValue(path)),
            new("StatusCode", new ScalarValue(status)),
            new("Elapsed", new ScalarValue(elapsed.TotalMilliseconds)),
        ];
        if (task is { } id)
            properties.Add(new("TaskId", new ScalarValue(id.ToString("N"))));
        _log.Write(new LogEvent(at.ToLocalTime(), level, exception, Template, properties, activity?.TraceId ?? default, activity?.SpanId ?? default));
    }

    /// <summary>From the route, or from the answer of a submit; only what is an id, so that nobody writes into the log.</summary>
    private static Guid? TaskOf(HttpContext context)
    {
        if (context.GetRouteValue("id") is string routed)
            return BackgroundTaskIds.TryRead(routed, out var known) ? known : null;
        var location = context.Response.Headers.Location.ToString();
        return BackgroundTaskIds.TryRead(location.AsSpan(location.LastIndexOf('/') + 1), out var made) ? made : null;
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

using System.Globalization;
using Serilog;
using Serilog.Events;
using Serilog.Formatting.Compact;
using Serilog.Formatting.Display;

namespace BackgroundTasks.Api.Hosting;

/// <summary>
/// Structured logs: readable on the console, compact JSON in <c>logs</c> of the data folder (a file a day, at most 100 MB each, the last seven kept).
/// Both are written by a thread of their own. The section <c>Serilog</c> sets the levels.
/// </summary>
internal static class ServiceLogging
{
    private const long MaxFileBytes = 100 * 1024 * 1024;
    private const int FilesKept = 7;
    private const string Line = "{Timestamp:yyyy-MM-ddTHH:mm:ss.fffZ} {Level:u3} {SourceContext} {Message:lj} {Properties:j}{NewLine}{Exception}";

    public static void AddLogging(this WebApplicationBuilder builder)
    {
        builder.Logging.ClearProviders();
        builder.Services.AddSerilog(
            static (services, logging) =>
            {
                var file = Path.Combine(PrivateFiles.CreateFolder(Path.Combine(services.GetRequiredService<DataDirectory>().Path, "logs")), "service-.jsonl");
                logging.ReadFrom.Configuration(services.GetRequiredService<IConfiguration>())
                    .Enrich.FromLogContext()
                    .WriteTo.Async(sinks => sinks.Console(new SingleEntryFormatter(new MessageTemplateTextFormatter(Line, CultureInfo.InvariantCulture))))
                    .WriteTo.Async(sinks => sinks.File(new CompactJsonFormatter(), file, rollingInterval: RollingInterval.Day, fileSizeLimitBytes: MaxFileBytes, rollOnFileSizeLimit: true, retainedFileCountLimit: FilesKept, shared: false, hooks: new PrivateLogFiles()));
            },
            preserveStaticLogger: true);
    }

    /// <summary>One line a request at Information, with the task's id where there is one; no query, no body.</summary>
    /// <param name="app">The service.</param>
    public static void UseRequestLog(this WebApplication app) => app.UseSerilogRequestLogging(options =>
    {
        options.Logger = app.Services.GetRequiredService<Serilog.ILogger>();
        options.IncludeQueryInRequestPath = false;

        // A refusal is how the service is meant to answer; an error is what it failed to do.
        options.GetLevel = static (context, _, exception) => (exception, context.Response.StatusCode) switch
        {
            (not null, _) => LogEventLevel.Error,
            (_, StatusCodes.Status503ServiceUnavailable) => LogEventLevel.Warning,
            (_, >= StatusCodes.Status500InternalServerError) => LogEventLevel.Error,
            _ => LogEventLevel.Information,
        };
        options.EnrichDiagnosticContext = static (diagnostics, context) =>
        {
            // From the route, or from the answer of a submit; only what is an id, so that nobody writes into the log.
            var id = context.Request.RouteValues["id"] as string ?? context.Response.Headers.Location.ToString().Split('/')[^1];
            if (Guid.TryParseExact(id, "N", out var taskId))
                diagnostics.Set("TaskId", taskId.ToString("N"));
            if (System.Diagnostics.Activity.Current is { } activity)
                diagnostics.Set("TraceId", activity.TraceId.ToHexString());
        };
    });
}

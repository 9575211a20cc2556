using Serilog;
using Serilog.Events;

namespace BackgroundTasks.Api.Hosting;

/// <summary>
/// Structured logs: readable on the console, compact JSON in <c>logs</c> of the data folder (a file a day, at most 100 MB each, the last seven kept);
/// or, for containers, JSON on the console and no file. Written in batches, on threads of their own. The section <c>Serilog</c> sets the levels.
/// </summary>
internal static class ServiceLogging
{
    private const string Levels = "Serilog:MinimumLevel";
    private const string HostErrors = "Microsoft.Extensions.Hosting.Internal.Host";

    public static void AddLogging(this WebApplicationBuilder builder)
    {
        var options = ServiceOptions.Read(builder.Configuration);
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(services => new LogOutputs(options, services.GetRequiredService<DataDirectory>(), services.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton(services => new RequestLines(
            HasOnlyLevels(builder.Configuration) && (!options.RequestsOnConsole || options.JsonLogs is JsonLogs.StandardOutput) ? services.GetRequiredService<LogOutputs>().Json.Writer : null));
        builder.Services.AddSerilog(
            (services, logging) =>
            {
                // Hosting makes an activity and a scope for each request while its log is on at all. Its lines say no more than the request log.
                logging.MinimumLevel.Override("Microsoft.AspNetCore.Hosting.Diagnostics", LevelAlias.Off);
                ReadLevels(logging, services.GetRequiredService<IConfiguration>());
                logging.Enrich.FromLogContext().Enrich.With<TraceEnricher>();
                var outputs = services.GetRequiredService<LogOutputs>();
                logging.WriteTo.Sink(outputs.Json);
                if (outputs.Text is { } text)
                    logging.WriteTo.Conditional(entry => IsForConsole(entry, options.RequestsOnConsole), sinks => sinks.Sink(text));
            },
            preserveStaticLogger: true);
        if (!HasOnlyLevels(builder.Configuration))
            return;
        var serilog = builder.Services.Last(static service => service.ServiceType == typeof(ILoggerFactory)).ImplementationFactory!;
        builder.Services.AddSingleton<ILoggerFactory>(services => new ServiceLoggers(
            (ILoggerFactory)serilog(services), services.GetRequiredService<LogOutputs>(), services.GetRequiredService<TimeProvider>()));
    }

    /// <summary>
    /// Not the requests that went well: the tasks' own lines say more, and polls, probes and pages would drown them.
    /// Not why the host did not start: it is told in one line, and the file has all of it.
    /// </summary>
    private static bool IsForConsole(LogEvent entry, bool requests) =>
        entry.Properties.TryGetValue(Serilog.Core.Constants.SourceContextPropertyName, out var source) && source is ScalarValue { Value: string name }
            ? name is not HostErrors && (requests || entry.Level > LogEventLevel.Information || name is not RequestLog.Source)
            : true;

    /// <summary>
    /// The levels alone are read by hand: Serilog's own reader looks through every assembly for what the other settings may name, and costs a tenth of the start.
    /// </summary>
    private static void ReadLevels(LoggerConfiguration logging, IConfiguration configuration)
    {
        if (!HasOnlyLevels(configuration))
        {
            logging.ReadFrom.Configuration(configuration);
            return;
        }

        var levels = configuration.GetSection(Levels);

        if ((levels["Default"] ?? levels.Value) is { Length: > 0 } least)
            logging.MinimumLevel.Is(LevelOf(least, levels["Default"] is null ? levels.Path : $"{levels.Path}:Default"));
        foreach (var source in levels.GetSection("Override").GetChildren())
            logging.MinimumLevel.Override(source.Key, LevelOf(source.Value, source.Path));
    }

    private static bool HasOnlyLevels(IConfiguration configuration) => configuration.GetSection("Serilog").GetChildren().All(static section => section.Path is Levels);

    private static LogEventLevel LevelOf(string? name, string setting) => Enum.TryParse<LogEventLevel>(name, ignoreCase: true, out var level) && Enum.IsDefined(level)
        ? level
        : throw new InvalidOperationException($"{setting} is '{name}'; it is one of: {string.Join(", ", Enum.GetNames<LogEventLevel>())}.");
}

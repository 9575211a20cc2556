using Serilog.Core;
using Serilog.Events;

namespace BackgroundTasks.Api.Hosting;

/// <summary>Every entry of a request has the trace id that its client is told.</summary>
internal sealed class TraceEnricher : ILogEventEnricher
{
    private const string Name = "TraceId";

    /// <summary>The trace id of an entry; null if it is not of a request.</summary>
    /// <param name="logEvent">The entry.</param>
    public static string? Find(LogEvent logEvent) => logEvent.Properties.TryGetValue(Name, out var property) && property is ScalarValue { Value: string id } ? id : null;

    public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory)
    {
        if (BackgroundTasksDiagnostics.TraceId is { } id)
            logEvent.AddPropertyIfAbsent(new LogEventProperty(Name, new ScalarValue(id)));
    }
}

using System.Globalization;

namespace BackgroundTasks.Api.Hosting;

/// <summary>
/// The log of runs. The end of a run that went well is written past Serilog, whose entry costs more than the run: the same text, without an entry.
/// All else is Serilog's.
/// </summary>
/// <param name="serilog">Serilog's logger of the source.</param>
/// <param name="json">Takes the line as compact JSON.</param>
/// <param name="text">Takes it as people read it; null if nobody does.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class RunLogger(ILogger serilog, LogWriter json, LogWriter? text, TimeProvider timeProvider) : ILogger
{
    /// <summary>What the lines are from.</summary>
    public const string Source = "BackgroundTasks.Execution.TaskExecutor";

    private const int Finished = 141;
    private const string Text = "Task {TaskType} {TaskId} {Outcome}, attempt {Attempt}, {Milliseconds} ms";
    private const int MostCharacters = 512;

    /// <summary>Of the scope of a run, the line has these: its task, type and attempt.</summary>
    private const int KnownOfScope = 3;

    private readonly AsyncLocal<bool> _hasMoreScope = new();

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
    {
        var hasMore = state is not IReadOnlyCollection<KeyValuePair<string, object?>> { Count: KnownOfScope };
        if (hasMore != _hasMoreScope.Value)
            _hasMoreScope.Value = hasMore;
        return serilog.BeginScope(state);
    }

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => serilog.IsEnabled(logLevel);

    /// <inheritdoc/>
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (eventId.Id is not Finished || logLevel is not LogLevel.Information || !serilog.IsEnabled(logLevel) || _hasMoreScope.Value || BackgroundTasksDiagnostics.TraceId is not null || !TryWrite(state))
            serilog.Log(logLevel, eventId, state, exception, formatter);
    }

    private bool TryWrite(object? state) =>
        state is IReadOnlyList<KeyValuePair<string, object?>> { Count: 6 } run && run[5].Value is Text
        && run[0].Value is string type && run[1].Value is string id && run[2].Value is string outcome && run[3].Value is int attempt && run[4].Value is long milliseconds
        && TryWrite(timeProvider.GetLocalNow(), type, id, outcome, attempt, milliseconds);

    private bool TryWrite(DateTimeOffset at, string type, string id, string outcome, int attempt, long milliseconds)
    {
        Span<char> line = stackalloc char[MostCharacters];
        if (!PlainText.Is(type) || !PlainText.Is(id) || !PlainText.Is(outcome) || !line.TryWrite(
            CultureInfo.InvariantCulture,
            $$"""
            {"@t":"{{at.UtcDateTime:O}}","@mt":"{{Text}}","TaskType":"{{type}}","TaskId":"{{id}}","Outcome":"{{outcome}}","Attempt":{{attempt}},"Milliseconds":{{milliseconds}},"EventId":{"Id":141,"Name":"RunFinished"},"SourceContext":"{{Source}}"}

            """,
            out var length))
        {
            return false;
        }

        json.Add(line[..length]);
        if (text is not null && line.TryWrite(CultureInfo.InvariantCulture, $"{at.Hour:D2}:{at.Minute:D2}:{at.Second:D2} INF Task {type} {id} {outcome}, attempt {attempt}, {milliseconds} ms\n", out length))
            text.Add(line[..length]);
        return true;
    }
}

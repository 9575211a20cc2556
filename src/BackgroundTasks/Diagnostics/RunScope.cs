using System.Collections;

namespace BackgroundTasks.Diagnostics;

/// <summary>The log scope of a run: the task, and the trace of the request that submitted it. Its texts are made when an entry asks for them.</summary>
internal sealed class RunScope(BackgroundTask started) : IReadOnlyList<KeyValuePair<string, object?>>
{
    private readonly string? _traceParent = started.Submission.TraceParent is { Length: RequestTrace.ParentLength } traceParent ? traceParent : null;

    public int Count => _traceParent is null ? 3 : 4;

    public KeyValuePair<string, object?> this[int index] => index switch
    {
        0 => new("TaskId", started.Id.ToString("N")),
        1 => new("TaskType", started.Type),
        2 => new("Attempt", started.Attempt),
        3 when _traceParent is not null => new("SubmitTraceId", RequestTrace.IdOf(_traceParent)),
        _ => throw new ArgumentOutOfRangeException(nameof(index)),
    };

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
            yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => $"task {started.Id:N} {started.Type} attempt {started.Attempt}";
}

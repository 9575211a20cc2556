using System.Diagnostics;

namespace BackgroundTasks.Api.Tests.Hosting;

/// <summary>What a process writes to its standard output, for those that wait for a line of it.</summary>
internal sealed class ProcessOutput
{
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];
    private readonly List<(string Text, TaskCompletionSource<string?> Found)> _waiting = [];
    private bool _ended;

    public ProcessOutput(Process process)
    {
        process.OutputDataReceived += (_, line) => Add(line.Data);
        process.BeginOutputReadLine();
    }

    /// <summary>The lines so far; all of them once the process has ended.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lock)
                return [.. _lines];
        }
    }

    /// <summary>The first line with a text; null where the process ends without it.</summary>
    public Task<string?> LineAsync(string text)
    {
        var found = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_lines.Find(line => line.Contains(text, StringComparison.Ordinal)) is { } line)
                found.SetResult(line);
            else if (_ended)
                found.SetResult(null);
            else
                _waiting.Add((text, found));
        }

        return found.Task.WaitAsync(HeldWork.Guard);
    }

    private void Add(string? line)
    {
        lock (_lock)
        {
            if (line is null)
                _ended = true;
            else
                _lines.Add(line);
            foreach (var (_, found) in _waiting.Where(waiting => line?.Contains(waiting.Text, StringComparison.Ordinal) is not false))
                found.TrySetResult(line);
        }
    }
}

using System.Text;

namespace BackgroundTasks.Cli.Tests.Running;

/// <summary>What a process writes, as it comes.</summary>
internal sealed class Transcript
{
    private readonly StringBuilder _text = new();
    private readonly Lock _lock = new();
    private TaskCompletionSource _more = NewSignal();
    private bool _ended;

    public Transcript(StreamReader reader) => End = ReadAsync(reader);

    /// <summary>Completes with all of it when the process has closed it.</summary>
    public Task<string> End { get; }

    /// <summary>Returns when the text has come, in one line or over several.</summary>
    public async Task SeeAsync(string text)
    {
        using var guard = new CancellationTokenSource(Child.Guard);
        while (true)
        {
            Task more;
            lock (_lock)
            {
                if (_text.ToString().Contains(text, StringComparison.Ordinal))
                    return;
                if (_ended)
                    throw new InvalidOperationException($"'{text}' did not come; this did: {_text}");
                more = _more.Task;
            }

            await more.WaitAsync(guard.Token);
        }
    }

    private async Task<string> ReadAsync(StreamReader reader)
    {
        var buffer = new char[4096];
        while (true)
        {
            var count = await reader.ReadAsync(buffer.AsMemory());
            lock (_lock)
            {
                _text.Append(buffer, 0, count);
                _ended = count == 0;
                _more.SetResult();
                _more = NewSignal();
                if (_ended)
                    return _text.ToString();
            }
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

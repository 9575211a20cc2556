namespace BackgroundTasks.Payloads;

/// <summary>What is wrong with a payload, by path and in the order found. It takes a hundred: a hostile payload must not buy a large answer.</summary>
internal sealed class PayloadErrors
{
    private const int Limit = 100;

    private readonly OrderedDictionary<string, List<string>> _messages = new(StringComparer.Ordinal);

    public int Count { get; private set; }

    public bool IsFull => Count >= Limit;

    public void Add(string path, string message)
    {
        if (IsFull)
            return;

        if (!_messages.TryGetValue(path, out var messages))
            _messages.Add(path, messages = []);

        if (messages.Contains(message))
            return;

        messages.Add(message);
        Count++;
    }

    public Dictionary<string, string[]> ToDictionary() =>
        _messages.ToDictionary(pair => pair.Key, pair => pair.Value.ToArray(), StringComparer.Ordinal);
}

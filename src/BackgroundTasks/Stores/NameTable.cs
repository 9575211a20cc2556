namespace BackgroundTasks.Stores;

/// <summary>
/// Names of types and queues by number, so that a packed task does not spell them out. One writer at a time, readers at any time.
/// Bounded: names that a client may choose must not fill the memory; those past the bound are spelt out.
/// </summary>
internal sealed class NameTable(int limit)
{
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private volatile string[] _names = new string[16];

    /// <summary>The number of a name, from 1; 0 where the table is full and does not have it.</summary>
    public int NumberOf(string name)
    {
        if (_numbers.TryGetValue(name, out var number))
            return number;
        if (_numbers.Count == limit)
            return 0;

        number = _numbers.Count + 1;
        var names = _names;
        if (number == names.Length)
            Array.Resize(ref names, number * 2);
        names[number] = name;
        _names = names;
        _numbers.Add(name, number);
        return number;
    }

    public string NameOf(int number) => _names[number];
}

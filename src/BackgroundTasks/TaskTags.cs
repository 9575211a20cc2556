using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace BackgroundTasks;

/// <summary>The tags of a task: an array that is looked through, for there are few. It never changes.</summary>
internal sealed class TaskTags(KeyValuePair<string, string>[] tags) : IReadOnlyDictionary<string, string>
{
    public int Count => tags.Length;

    public IEnumerable<string> Keys => tags.Select(static tag => tag.Key);

    public IEnumerable<string> Values => tags.Select(static tag => tag.Value);

    public string this[string key] => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException($"There is no tag '{key}'.");

    /// <summary>These tags, or a copy of what may still change.</summary>
    public static TaskTags Of(IReadOnlyDictionary<string, string> tags) => tags as TaskTags ?? new TaskTags([.. tags]);

    public bool ContainsKey(string key) => TryGetValue(key, out _);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out string value)
    {
        foreach (var tag in tags)
        {
            if (tag.Key == key)
            {
                value = tag.Value;
                return true;
            }
        }

        value = null;
        return false;
    }

    /// <summary>Used by <c>foreach</c> over the type itself, and allocates nothing.</summary>
    public ReadOnlySpan<KeyValuePair<string, string>>.Enumerator GetEnumerator() => new ReadOnlySpan<KeyValuePair<string, string>>(tags).GetEnumerator();

    IEnumerator<KeyValuePair<string, string>> IEnumerable<KeyValuePair<string, string>>.GetEnumerator() => tags.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => tags.GetEnumerator();
}

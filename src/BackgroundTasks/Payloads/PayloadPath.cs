using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace BackgroundTasks.Payloads;

/// <summary>How an error names its place: <c>payload.items[2].name</c>, and <c>payload['odd name']</c> where a dot would mislead.</summary>
internal static class PayloadPath
{
    private static readonly SearchValues<char> Special = SearchValues.Create(". '/\"[]()\t\n\r\f\b\\\u0085\u2028\u2029");

    public static string Member(string path, string name)
    {
        if (name.Length == 0 || name.AsSpan().ContainsAny(Special))
            return $"{path}['{name.Replace("'", "\\'", StringComparison.Ordinal)}']";

        return path.Length == 0 ? name : $"{path}.{name}";
    }

    public static string Item(string path, int index) => string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]");

    /// <summary>The place a <see cref="JsonException"/> names, <c>$.a[0]</c>, seen from <paramref name="path"/>.</summary>
    public static string Below(string path, string? jsonPath) =>
        jsonPath is { Length: > 1 } && jsonPath[0] == '$' ? (path + jsonPath[1..]).TrimStart('.') : path;

    /// <summary>Whether <paramref name="path"/> is <paramref name="root"/> or lies below it.</summary>
    public static bool IsWithin(string path, string root) =>
        path.StartsWith(root, StringComparison.Ordinal) && (path.Length == root.Length || path[root.Length] is '.' or '[');
}

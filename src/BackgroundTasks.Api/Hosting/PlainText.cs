using System.Buffers;

namespace BackgroundTasks.Api.Hosting;

/// <summary>Text that stands for itself in JSON and on a console: ASCII without control characters, quotation marks and backslashes.</summary>
internal static class PlainText
{
    private static readonly SearchValues<char> Plain =
        SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(static character => (char)character).Except(['"', '\\'])]);

    /// <summary>Whether nothing in a text would have to be escaped.</summary>
    /// <param name="text">The text.</param>
    public static bool Is(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(Plain);
}

using System.Buffers;

namespace BackgroundTasks.Http.Events;

/// <summary>
/// Some changes in the form in which followers get them: each is serialized once, whoever follows. Of one task the latest state that a filter selects is told,
/// so that what changed more than once meanwhile is one event.
/// </summary>
internal sealed class FeedRound(IReadOnlyList<BackgroundTask> changes, TimeSpan retention)
{
    /// <summary>About how many bytes a part has: what a follower writes in one turn is some of these.</summary>
    private const int PartSize = 32 * 1024;

    private readonly int[] _later = FindLater(changes);
    private readonly HashSet<string> _types = [.. changes.Select(change => change.Type)];
    private readonly HashSet<string> _queues = [.. changes.Select(change => change.Queue)];
    private readonly ArrayBufferWriter<byte> _buffer = new();

    /// <summary>Writes what the groups are to be told.</summary>
    /// <param name="groups">All that follow.</param>
    /// <param name="start">How many bytes the feed has written so far.</param>
    /// <returns>The parts with their groups, and how many bytes the feed has written then.</returns>
    public (List<(FeedGroup Group, FeedPart Part)> Parts, long End) Write(IEnumerable<FeedGroup> groups, long start)
    {
        List<(FeedGroup, FeedPart)> parts = [];
        foreach (var path in groups.Where(IsOfInterest).GroupBy(group => group.Key.Prefix, StringComparer.Ordinal))
        {
            var selections = path.Select(group => (Group: group, Selected: Select(group.Filter))).ToList();
            start = Write(selections, path.Key, start, parts);
        }

        return (parts, start);
    }

    /// <summary>Most filters are out by their type or queue, without a look at each change.</summary>
    private bool IsOfInterest(FeedGroup group) =>
        (group.Key.Type is null || _types.Contains(group.Key.Type)) && (group.Key.Queue is null || _queues.Contains(group.Key.Queue));

    /// <summary>Where the next change of the same task is; -1: there is none.</summary>
    private static int[] FindLater(IReadOnlyList<BackgroundTask> changes)
    {
        var later = new int[changes.Count];
        var places = new Dictionary<Guid, int>(changes.Count);
        for (var i = changes.Count - 1; i >= 0; i--)
        {
            later[i] = places.GetValueOrDefault(changes[i].Id, -1);
            places[changes[i].Id] = i;
        }

        return later;
    }

    /// <summary>Which changes a filter tells.</summary>
    private bool[] Select(BackgroundTaskFilter filter)
    {
        var selected = new bool[changes.Count];
        var isToldLater = new bool[changes.Count];
        for (var i = changes.Count - 1; i >= 0; i--)
        {
            isToldLater[i] = _later[i] is >= 0 and var later && (selected[later] || isToldLater[later]);
            selected[i] = !isToldLater[i] && filter.Matches(changes[i]);
        }

        return selected;
    }

    private long Write(List<(FeedGroup Group, bool[] Selected)> selections, string prefix, long start, List<(FeedGroup, FeedPart)> parts)
    {
        List<(int Change, int Begin, int End)> frames = [];
        _buffer.ResetWrittenCount();
        for (var i = 0; i < changes.Count; i++)
        {
            if (selections.Exists(selection => selection.Selected[i]))
            {
                var begin = _buffer.WrittenCount;
                using var json = JsonBuffer.Rent();
                TaskJson.Write(json.Writer, changes[i], prefix, retention);
                EventFrame.Write(_buffer, "status", null, json.Utf8.Span);
                frames.Add((i, begin, _buffer.WrittenCount));
            }

            if (_buffer.WrittenCount >= PartSize || i == changes.Count - 1)
            {
                var bytes = _buffer.WrittenSpan.ToArray();
                foreach (var (group, selected) in selections)
                {
                    if (RangesOf(frames, selected, bytes) is { Count: > 0 } ranges)
                        parts.Add((group, new FeedPart(ranges, start)));
                }

                start += bytes.Length;
                frames.Clear();
                _buffer.ResetWrittenCount();
            }
        }

        return start;
    }

    /// <summary>The selected frames; neighbours are one range.</summary>
    private static List<ReadOnlyMemory<byte>> RangesOf(List<(int Change, int Begin, int End)> frames, bool[] selected, byte[] bytes)
    {
        List<ReadOnlyMemory<byte>> ranges = [];
        for (var i = 0; i < frames.Count; i++)
        {
            if (!selected[frames[i].Change])
                continue;
            var begin = frames[i].Begin;
            while (i + 1 < frames.Count && selected[frames[i + 1].Change])
                i++;
            ranges.Add(bytes.AsMemory(begin..frames[i].End));
        }

        return ranges;
    }
}

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace BackgroundTasks.Http;

/// <summary>Reads the filters of a list from a query; what is not known or does not parse is an error, keyed by its name.</summary>
internal static class ListQuery
{
    public const string PageToken = "pageToken";
    private const int MaxPageSize = 200;
    private const string Known = "status, type, queue, tag, createdAfter, createdBefore, pageSize, pageToken";

    public static BackgroundTaskFilter Read(IQueryCollection query, Dictionary<string, string[]> errors)
    {
        var filter = new BackgroundTaskFilter();
        foreach (var (name, values) in query)
        {
            var value = values.ToString();
            switch (name)
            {
                case "status":
                    filter = filter with { States = ReadStates(value, errors) };
                    break;
                case "type":
                    filter = filter with { Type = value };
                    break;
                case "queue":
                    filter = filter with { Queue = value };
                    break;
                case "tag":
                    filter = filter with { Tags = ReadTags(values!, errors) };
                    break;
                case "createdAfter":
                    filter = filter with { CreatedAfter = ReadTime(name, value, errors) };
                    break;
                case "createdBefore":
                    filter = filter with { CreatedBefore = ReadTime(name, value, errors) };
                    break;
                case "pageSize":
                    filter = filter with { PageSize = ReadPageSize(value, filter.PageSize, errors) };
                    break;
                case PageToken:
                    filter = filter with { PageToken = value.Length == 0 ? null : value };
                    break;
                default:
                    errors[name] = [$"It is not a filter. Filters: {Known}."];
                    break;
            }
        }

        return filter;
    }

    /// <summary>Whether a filter names any tasks; else it means all of them.</summary>
    public static bool Selects(BackgroundTaskFilter filter) =>
        filter.States.Count > 0 || filter.Type is not null || filter.Queue is not null || filter.Tags is { Count: > 0 } || filter.CreatedAfter is not null || filter.CreatedBefore is not null;

    /// <summary>The same query for the page that a token begins; null: for the first one.</summary>
    public static QueryString Next(IQueryCollection query, string? token)
    {
        var next = new QueryBuilder();
        foreach (var (name, values) in query.Where(parameter => parameter.Key != PageToken))
            next.Add(name, values.Select(value => value ?? ""));
        if (token is not null)
            next.Add(PageToken, token);
        return next.ToQueryString();
    }

    public static HashSet<BackgroundTaskState> ReadStates(string value, Dictionary<string, string[]> errors)
    {
        var states = new HashSet<BackgroundTaskState>();
        foreach (var name in value.Split(',', StringSplitOptions.TrimEntries))
        {
            if (StateNames.TryParse(name, out var state))
                states.Add(state);
            else
                errors["status"] = [$"It is one or more of {StateNames.All}."];
        }

        return states;
    }

    private static Dictionary<string, string> ReadTags(IEnumerable<string> values, Dictionary<string, string[]> errors)
    {
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var value in values)
        {
            var colon = value.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0)
                errors["tag"] = ["It is a key and a value with a colon between: tag=customer:42."];
            else if (!tags.TryAdd(value[..colon], value[(colon + 1)..]) && tags[value[..colon]] != value[(colon + 1)..])
                errors["tag"] = ["One key is asked for with two values, which no task has."];
        }

        return tags;
    }

    private static DateTimeOffset? ReadTime(string name, string value, Dictionary<string, string[]> errors)
    {
        if (Rfc3339.TryParse(value, out var time))
            return time;
        errors[name] = ["It is a time as in RFC 3339: 2026-01-31T12:00:00Z (a plus sign in a query is written %2B)."];
        return null;
    }

    private static int ReadPageSize(string value, int byDefault, Dictionary<string, string[]> errors)
    {
        if (WireNumber.TryParse(value, out int size))
            return size == 0 ? byDefault : Math.Min(size, MaxPageSize);

        // More than fits in an int is more than the most.
        if (value.Length > 0 && !value.AsSpan().ContainsAnyExceptInRange('0', '9'))
            return MaxPageSize;
        errors["pageSize"] = [$"It is a number from 1 to {MaxPageSize}."];
        return byDefault;
    }
}

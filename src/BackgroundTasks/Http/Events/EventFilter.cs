using Microsoft.AspNetCore.Http;

namespace BackgroundTasks.Http.Events;

/// <summary>Reads which tasks a stream is about; what is not known or does not parse is an error, keyed by its name.</summary>
internal static class EventFilter
{
    public static BackgroundTaskFilter Read(IQueryCollection query, Dictionary<string, string[]> errors)
    {
        var filter = new BackgroundTaskFilter();
        foreach (var (name, values) in query)
        {
            filter = name switch
            {
                "status" => filter with { States = ListQuery.ReadStates(values.ToString(), errors) },
                "type" => filter with { Type = values.ToString() },
                "queue" => filter with { Queue = values.ToString() },
                _ => Unknown(name),
            };
        }

        return filter;

        BackgroundTaskFilter Unknown(string name)
        {
            errors[name] = ["It is not a filter of events. Filters: type, queue, status."];
            return filter;
        }
    }
}

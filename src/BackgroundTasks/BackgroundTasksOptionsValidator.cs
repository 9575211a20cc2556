using System.ComponentModel.DataAnnotations;
using BackgroundTasks.TaskTypes;
using Microsoft.Extensions.Options;

namespace BackgroundTasks;

/// <summary>Checks the settings when the host starts; each message names the setting and what it may be.</summary>
internal sealed class BackgroundTasksOptionsValidator : IValidateOptions<BackgroundTasksOptions>
{
    public ValidateOptionsResult Validate(string? name, BackgroundTasksOptions options)
    {
        var errors = new List<string>();
        CheckRanges("BackgroundTasks", options, errors);
        CheckTime(nameof(options.Retention), options.Retention, TimeSpan.FromSeconds(1), TimeSpan.FromDays(3650), errors);
        CheckTime(nameof(options.DrainTimeout), options.DrainTimeout, TimeSpan.Zero, TimeSpan.FromHours(1), errors);
        CheckTime(nameof(options.MaxWait), options.MaxWait, TimeSpan.Zero, TimeSpan.FromHours(1), errors);
        foreach (var (queue, settings) in options.Queues)
        {
            if (!TaskName.IsValid(queue))
                errors.Add($"BackgroundTasks:Queues:{queue} is no name of a queue: use 1 to 100 of a-z, A-Z, 0-9, '.', '_' and '-'.");
            CheckRanges($"BackgroundTasks:Queues:{queue}", settings, errors);
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static void CheckRanges(string section, object settings, List<string> errors)
    {
        foreach (var property in settings.GetType().GetProperties())
        {
            if (property.GetCustomAttributes(typeof(RangeAttribute), true) is [RangeAttribute range, ..] && !range.IsValid(property.GetValue(settings)))
                errors.Add($"{section}:{property.Name} is {property.GetValue(settings)}; set it to {range.Minimum} to {range.Maximum}.");
        }
    }

    private static void CheckTime(string setting, TimeSpan value, TimeSpan least, TimeSpan most, List<string> errors)
    {
        if (value < least || value > most)
            errors.Add($"BackgroundTasks:{setting} is {value:c}; set it to a time from {least:c} to {most:c}, written as [days.]hours:minutes:seconds (20 alone means 20 days).");
    }
}

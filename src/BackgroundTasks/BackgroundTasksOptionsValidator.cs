using System.ComponentModel.DataAnnotations;
using BackgroundTasks.Execution;
using BackgroundTasks.TaskTypes;
using Microsoft.Extensions.Options;

namespace BackgroundTasks;

/// <summary>Checks the settings when the host starts; each message names the setting and what it may be.</summary>
internal sealed class BackgroundTasksOptionsValidator : IValidateOptions<BackgroundTasksOptions>, IValidateOptions<BackgroundTaskTypeOptions>
{
    public ValidateOptionsResult Validate(string? name, BackgroundTasksOptions options)
    {
        var errors = new List<string>();
        CheckRanges("BackgroundTasks", options, errors);
        CheckTime("BackgroundTasks:Retention", options.Retention, TimeSpan.FromSeconds(1), TimeSpan.FromDays(3650), errors);
        CheckTime("BackgroundTasks:DrainTimeout", options.DrainTimeout, TimeSpan.Zero, TimeSpan.FromHours(1), errors);
        CheckTime("BackgroundTasks:StopGrace", options.StopGrace, TimeSpan.Zero, TimeSpan.FromHours(1), errors);
        CheckTime("BackgroundTasks:MaxRetryAfter", options.MaxRetryAfter, TimeSpan.Zero, SubmitRules.LongestDelay, errors);
        CheckTime("BackgroundTasks:BodyTimeout", options.BodyTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), errors);
        CheckTime("BackgroundTasks:MaxWait", options.MaxWait, TimeSpan.Zero, TimeSpan.FromHours(1), errors);
        if (options.MaxRetainedBytes > BackgroundTaskMemory.LimitOf(options) / 4 * 3)
            errors.Add($"BackgroundTasks:MaxRetainedBytes is {options.MaxRetainedBytes}; set it to at most three quarters of BackgroundTasks:MaxMemoryBytes ({BackgroundTaskMemory.LimitOf(options)}): what is kept must leave room for what is to run.");
        if (options.TenantTag is null or { Length: > SubmitRules.MaxTagLength } || options.TenantTag.Contains(':', StringComparison.Ordinal))
            errors.Add($"BackgroundTasks:TenantTag is not a tag that a task can have; set it to up to {SubmitRules.MaxTagLength} characters without a colon, or leave it empty to have no tenants.");
        foreach (var (queue, settings) in options.Queues)
        {
            if (!TaskName.IsValid(queue))
                errors.Add($"BackgroundTasks:Queues:{queue} is not a name for a queue: use 1 to 100 of a-z, A-Z, 0-9, '.', '_' and '-'.");
            CheckRanges($"BackgroundTasks:Queues:{queue}", settings, errors);
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    /// <summary>The settings of a type; its name is that of the options.</summary>
    public ValidateOptionsResult Validate(string? name, BackgroundTaskTypeOptions options)
    {
        var errors = new List<string>();
        var section = $"BackgroundTasks:Types:{name}";
        CheckRanges(section, options, errors);
        CheckTime($"{section}:FirstRetryDelay", options.FirstRetryDelay, TimeSpan.Zero, SubmitRules.LongestDelay, errors);
        CheckTime($"{section}:MaxRetryDelay", options.MaxRetryDelay, TimeSpan.Zero, SubmitRules.LongestDelay, errors);
        if (options.Timeout is { } timeout)
            CheckTime($"{section}:Timeout", timeout, TimeSpan.FromMilliseconds(1), SubmitRules.LongestDelay, errors);
        if (options.RateLimit is { } rate)
        {
            CheckRanges($"{section}:RateLimit", rate, errors);
            CheckTime($"{section}:RateLimit:Period", rate.Period, TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(1), errors);
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
            errors.Add($"{setting} is {value:c}; set it to a time from {least:c} to {most:c}, written as [days.]hours:minutes:seconds (20 alone means 20 days).");
    }
}

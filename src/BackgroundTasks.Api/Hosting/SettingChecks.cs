using Microsoft.Extensions.Options;

namespace BackgroundTasks.Api.Hosting;

/// <summary>Stops a service that is given a setting that there is not: it was meant to change something, and would change nothing.</summary>
internal static class SettingChecks
{
    /// <summary>Throws for names that are not known, whether they come from a file, the environment or the command line.</summary>
    /// <param name="builder">The service.</param>
    /// <param name="arguments">The command line.</param>
    public static void CheckSettingNames(this WebApplicationBuilder builder, string[] arguments)
    {
        var settings = new KnownSettings();
        var unknown = StartArguments.FindUnknown(arguments, settings).ToList();
        if (unknown.Count == 0)
            unknown.AddRange(settings.FindUnknown(builder.Configuration));
        if (unknown.Count > 0)
            throw new OptionsValidationException(Options.DefaultName, typeof(KnownSettings), unknown);
    }
}

using Microsoft.Extensions.Options;

namespace BackgroundTasks.Api.Hosting;

/// <summary>Stops a service that is given a setting that does not exist or cannot be read: it was meant to change something.</summary>
internal static class SettingChecks
{
    /// <summary>Throws for unknown names and for unreadable values, whether they come from a file, the environment or the command line.</summary>
    /// <param name="builder">The service.</param>
    /// <param name="arguments">The command line.</param>
    public static void CheckSettings(this WebApplicationBuilder builder, string[] arguments)
    {
        var settings = new KnownSettings();
        var wrong = StartArguments.FindUnknown(arguments, settings).ToList();
        if (wrong.Count == 0)
            wrong.AddRange([.. settings.FindUnknown(builder.Configuration), .. settings.FindUnreadable(builder.Configuration)]);
        if (wrong.Count > 0)
            throw new OptionsValidationException(Options.DefaultName, typeof(KnownSettings), wrong);
    }
}

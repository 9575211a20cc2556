using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace BackgroundTasks.Api.Tests;

/// <summary>What a host would make of settings at its start.</summary>
internal static class Settings
{
    /// <summary>Starts with one setting, or with none.</summary>
    public static void Start(Action<BackgroundTasksBuilder> add, params (string Key, string Value)[] settings)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)))
            .Build());
        add(new BackgroundTasksBuilder(services));
        using var provider = services.BuildServiceProvider();
        provider.GetRequiredService<IStartupValidator>().Validate();
    }

    /// <summary>The message with which a start is refused.</summary>
    public static string Refusal(Action<BackgroundTasksBuilder> add, params (string Key, string Value)[] settings) =>
        Assert.Throws<OptionsValidationException>(() => Start(add, settings)).Message;
}

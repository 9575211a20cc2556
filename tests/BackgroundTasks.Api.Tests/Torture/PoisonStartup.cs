using System.Diagnostics;
using System.Reflection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
[assembly: HostingStartup(typeof(BackgroundTasks.Api.Tests.Torture.PoisonStartup))]

namespace BackgroundTasks.Api.Tests.Torture;

/// <summary>Gives the real service a task type more: <c>poison</c> kills the process that runs it. Only a process with <see cref="Settings"/> has it.</summary>
internal sealed class PoisonStartup : IHostingStartup
{
    /// <summary>The runtime loads this assembly as a hook, and the host then finds its startup by the name.</summary>
    public static (string Key, string Value)[] Settings =>
    [
        ("DOTNET_STARTUP_HOOKS", Assembly.GetExecutingAssembly().Location),
        ("ASPNETCORE_HOSTINGSTARTUPASSEMBLIES", Assembly.GetExecutingAssembly().GetName().Name!),
    ];

    public void Configure(IWebHostBuilder builder) => builder.ConfigureServices(static services =>
        services.AddBackgroundTasks().AddHandler<PoisonPayload, string>("poison", static (_, _, _) =>
        {
            Process.GetCurrentProcess().Kill();
            return new TaskCompletionSource<string>().Task;
        }));
}

internal sealed record PoisonPayload;

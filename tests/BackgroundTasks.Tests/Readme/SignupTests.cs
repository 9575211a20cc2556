// <sample>
using BackgroundTasks;
using BackgroundTasks.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

public sealed record Signup(string Name);

public sealed record Reminder(string Name);

public sealed class SignupHandler(IBackgroundTaskQueue queue) : IBackgroundTaskHandler<Signup, string>
{
    public async Task<string> HandleAsync(Signup signup, BackgroundTaskContext context, CancellationToken cancellationToken)
    {
        await queue.EnqueueAsync(new Reminder(signup.Name), new() { Delay = TimeSpan.FromDays(1) }, cancellationToken);
        return $"Welcome {signup.Name}!";
    }
}

public class SignupTests
{
    [Fact]
    public async Task Who_signs_up_is_welcomed_at_once_and_reminded_a_day_later()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddBackgroundTasks()
            .AddHandler<SignupHandler, Signup, string>("signup")
            .AddHandler<Reminder, string>("remind", (reminder, context, cancellationToken) => Task.FromResult($"Dear {reminder.Name}"))
            .UseTesting();
        using var host = builder.Build();
        await host.StartAsync();
        var queue = host.Services.GetRequiredService<IBackgroundTaskQueue>();
        var testing = host.Services.GetRequiredService<BackgroundTaskTesting>();

        await queue.EnqueueAsync(new Signup("Ann"));
        var welcomed = Assert.Single(await testing.DrainAsync());
        await testing.AdvanceAsync(TimeSpan.FromDays(1));
        var reminded = Assert.Single(await testing.DrainAsync());

        Assert.Equal("Welcome Ann!", queue.GetResult<string>(welcomed));
        Assert.Equal(TimeSpan.FromDays(1), testing.AssertEnqueued<Reminder>(reminder => reminder.Name == "Ann").Delay);
        Assert.Equal("Dear Ann", queue.GetResult<string>(reminded));
    }
}
// </sample>

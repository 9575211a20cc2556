using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace BackgroundTasks.Tests.Readme;

internal static class ReadmeSamples
{
    public static WebApplication Build(WebApplicationBuilder builder)
    {
        // <sample>
        builder.Services.AddBackgroundTasks()
            .AddHandler<GreetingHandler, GreetingPayload, string>("greeting")
            .AddHandler<int[], int>("add", (numbers, context, cancellationToken) => Task.FromResult(numbers.Sum()), type =>
            {
                type.MaxConcurrency = 2;
                type.RateLimit = new() { Permits = 100, Period = TimeSpan.FromMinutes(1) };
            });
        var app = builder.Build();
        app.MapBackgroundTasks();
        // </sample>
        // <sample>
        app.MapPost("/orders", (Order order, IBackgroundTasks tasks) =>
        {
            tasks.AddTask<Mailer>((mailer, cancellationToken) => mailer.ConfirmAsync(order, cancellationToken));
            tasks.AddTask((services, cancellationToken) => services.GetRequiredService<Statistics>().CountAsync(order, cancellationToken));
            return TypedResults.Ok();
        });
        // </sample>
        return app;
    }

    public static async Task<string?> GreetAsync(IBackgroundTaskQueue queue)
    {
        // <sample>
        var task = await queue.EnqueueAsync(new GreetingPayload("Ann"));
        var ended = await queue.WaitAsync(task.Id, TimeSpan.FromSeconds(30));
        var greeting = queue.GetResult<string>(ended!);
        // </sample>
        return greeting;
    }
}

internal sealed record Order(string Customer);

internal sealed class Mailer(OrderLog log)
{
    public Task ConfirmAsync(Order order, CancellationToken cancellationToken) => log.AddAsync($"mail {order.Customer}", cancellationToken);
}

internal sealed class Statistics(OrderLog log)
{
    public Task CountAsync(Order order, CancellationToken cancellationToken) => log.AddAsync($"count {order.Customer}", cancellationToken);
}

internal sealed class OrderLog
{
    private readonly System.Threading.Channels.Channel<string> _lines = System.Threading.Channels.Channel.CreateUnbounded<string>();

    public Task AddAsync(string line, CancellationToken cancellationToken) => _lines.Writer.WriteAsync(line, cancellationToken).AsTask();

    public Task<string> NextAsync() => _lines.Reader.ReadAsync().AsTask().WaitAsync(TaskHost.Guard);
}

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BackgroundTasks.Tests.AfterResponse;

public sealed class AfterResponseFailureTests
{
    public enum Handling
    {
        /// <summary>None of its own: in Development the framework adds its page.</summary>
        None,
        Middleware,
        ExceptionHandler,
        FailingMiddleware,
    }

    public static TheoryData<bool, string, Handling, bool> Failures => new MatrixTheoryData(
        from testServer in new[] { false, true }
        from environment in new[] { "Development", "Production" }
        from handling in Enum.GetValues<Handling>()
        from started in new[] { false, true }
        select (testServer, environment, handling, started));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_logger_that_throws_ends_no_run_of_work_and_costs_no_place(bool returnsNull)
    {
        await using var app = await AfterResponseApp.StartAsync(
            app =>
            {
                app.Map("/bad", (IBackgroundTasks tasks) => tasks.AddTask((_, _) => returnsNull ? null! : throw new InvalidOperationException()));
                app.Map("/good", (IBackgroundTasks tasks) => tasks.AddTask(app.Note("good")));
            },
            options => (options.MaxPendingAfterResponse, options.AfterResponseConcurrency) = (1, 1),
            builder => builder.Services.AddSingleton<ILogger<BackgroundTasks.AfterResponse.AfterResponseExecutor>, ThrowingLogger<BackgroundTasks.AfterResponse.AfterResponseExecutor>>());

        await app.GetAsync("/bad");
        await app.SettleAsync();
        var response = await app.GetAsync("/good");
        await app.SettleAsync();

        Assert.True(response!.IsSuccessStatusCode);
        Assert.Equal(["good"], app.Ran);
    }

    [Fact]
    public async Task A_logger_that_throws_leaves_no_work_untold_that_the_drain_time_is_over()
    {
        var told = new TaskCompletionSource();
        await using var app = await AfterResponseApp.StartAsync(
            app => app.Map("/work", (IBackgroundTasks tasks) => tasks.AddTask(async (_, cancellationToken) =>
            {
                await using var registration = cancellationToken.Register(told.SetResult);
                await told.Task;
            })),
            options => options.DrainTimeout = TimeSpan.Zero,
            builder => builder.Services.AddSingleton<ILogger<BackgroundTasks.AfterResponse.AfterResponseRunner>, ThrowingLogger<BackgroundTasks.AfterResponse.AfterResponseRunner>>());
        await app.GetAsync("/work");

        await app.Host.StopAsync().Guarded();

        Assert.True(told.Task.IsCompleted);
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Nothing_runs_if_an_exception_left_the_endpoint(bool testServer, string environment, Handling handling, bool started)
    {
        await using var app = await AfterResponseApp.StartAsync(
            app =>
            {
                Handle(app.Host, handling);
                app.Map("/bad", async (HttpContext context, IBackgroundTasks tasks) =>
                {
                    tasks.AddTask(app.Note("bad"));
                    if (started) await context.Response.WriteAsync("begun");
                    if (started) await context.Response.Body.FlushAsync();
                    throw new InvalidOperationException("It left the endpoint.");
                });
                app.Map("/good", (IBackgroundTasks tasks) => tasks.AddTask(app.Note("good")));
            },
            options => options.MaxPendingAfterResponse = 1,
            builder => Register(builder, handling),
            testServer,
            environment);

        await app.GetAsync("/bad");
        await app.SettleAsync();
        Assert.Empty(app.Ran);
        var discarded = Assert.Single(app.Log.Entries);
        Assert.Equal(("AfterResponseDiscarded", LogLevel.Information), (discarded.Name, discarded.Level));

        await app.GetAsync("/good");
        await app.SettleAsync();
        Assert.Equal(["good"], app.Ran);
    }

    [Theory]
    [InlineData("Development", Handling.None)]
    [InlineData("Production", Handling.None)]
    [InlineData("Production", Handling.Middleware)]
    [InlineData("Production", Handling.ExceptionHandler)]
    public async Task Nothing_runs_if_the_endpoint_gave_up_because_the_client_left(string environment, Handling handling)
    {
        var endpoint = new Gate();
        await using var app = await AfterResponseApp.StartAsync(
            app =>
            {
                Handle(app.Host, handling);
                app.Map("/", (HttpContext context, IBackgroundTasks tasks) =>
                {
                    tasks.AddTask(app.Note("ran"));
                    return endpoint.PassAsync(context.RequestAborted);
                });
            },
            configure: builder => Register(builder, handling),
            environment: environment);
        using var connection = await RawConnection.OpenAsync(app);

        await connection.SendAsync("/");
        await endpoint.Entered;
        connection.Abort();
        await app.EndedAsync();
        await app.SettleAsync();

        Assert.Empty(app.Ran);
    }

    [Theory]
    [InlineData(false, 404)]
    [InlineData(false, 500)]
    [InlineData(true, 404)]
    [InlineData(true, 500)]
    public async Task A_returned_error_status_runs_the_work(bool testServer, int status)
    {
        await using var app = await AfterResponseApp.StartAsync(
            app =>
            {
                Handle(app.Host, Handling.Middleware);
                app.Map("/", (IBackgroundTasks tasks) =>
                {
                    tasks.AddTask(app.Note("ran"));
                    return Results.StatusCode(status);
                });
            },
            testServer: testServer);

        var response = await app.GetAsync("/");
        await app.SettleAsync();

        Assert.Equal(status, (int)response!.StatusCode);
        Assert.Equal(["ran"], app.Ran);
    }

    [Theory]
    [InlineData(Handling.None)]
    [InlineData(Handling.Middleware)]
    public async Task A_client_that_leaves_before_the_endpoint_has_returned_takes_no_work_along(Handling handling)
    {
        var endpoint = new Gate();
        await using var app = await AfterResponseApp.StartAsync(
            app =>
            {
                Handle(app.Host, handling);
                app.Map("/slow", async (HttpContext context, IBackgroundTasks tasks) =>
                {
                    var left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                    using var registration = context.RequestAborted.Register(left.SetResult);
                    tasks.AddTask(app.Note("ran"));
                    await endpoint.PassAsync(CancellationToken.None);
                    await left.Task;
                    return Results.Ok();
                });
            },
            configure: builder => Register(builder, handling));
        using var connection = await RawConnection.OpenAsync(app);
        await connection.SendAsync("/slow");
        await endpoint.Entered;

        connection.Abort();
        endpoint.Release();
        await app.EndedAsync();
        await app.SettleAsync();

        Assert.Equal(["ran"], app.Ran);
        Assert.Empty(app.Log.Entries);
    }

    [Fact]
    public async Task An_exception_that_the_endpoint_catches_does_not_matter()
    {
        await using var app = await AfterResponseApp.StartAsync(app => app.Map("/", (IBackgroundTasks tasks) =>
        {
            try
            {
                tasks.AddTask(app.Note("ran"));
                throw new InvalidOperationException();
            }
            catch (InvalidOperationException)
            {
                return Results.Conflict();
            }
        }));

        await app.GetAsync("/");
        await app.SettleAsync();

        Assert.Equal(["ran"], app.Ran);
    }

    private static void Register(WebApplicationBuilder builder, Handling handling)
    {
        if (handling is Handling.ExceptionHandler) builder.Services.AddExceptionHandler<Answering>();
    }

    private static void Handle(WebApplication app, Handling handling)
    {
        if (handling is Handling.Middleware) app.UseExceptionHandler(branch => branch.Run(context => context.Response.WriteAsync("sorry")));
        if (handling is Handling.FailingMiddleware) app.UseExceptionHandler(branch => branch.Run(_ => throw new InvalidOperationException("The handler failed too.")));
        if (handling is Handling.ExceptionHandler) app.UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandler = _ => Task.CompletedTask });
    }

    private sealed class Answering : IExceptionHandler
    {
        public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
        {
            await httpContext.Response.WriteAsync("sorry", cancellationToken);
            return true;
        }
    }

    private sealed class MatrixTheoryData : TheoryData<bool, string, Handling, bool>
    {
        public MatrixTheoryData(IEnumerable<(bool, string, Handling, bool)> rows)
        {
            foreach (var (testServer, environment, handling, started) in rows) Add(testServer, environment, handling, started);
        }
    }

    private sealed class ThrowingLogger<T> : ILogger<T>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => throw new IOException("The disk of the log is full.");
    }
}

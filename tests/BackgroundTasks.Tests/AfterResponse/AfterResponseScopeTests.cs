using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace BackgroundTasks.Tests.AfterResponse;

public sealed class AfterResponseScopeTests
{
    private static readonly AsyncLocal<string?> Ambient = new();

    [Fact]
    public async Task Each_piece_of_work_has_a_scope_of_its_own()
    {
        List<Scoped> seen = [];
        List<bool> disposedWhileRunning = [];
        await using var app = await AfterResponseApp.StartAsync(
            app => app.Map("/", (IBackgroundTasks tasks, Scoped ofRequest) =>
            {
                seen.Add(ofRequest);
                for (var i = 0; i < 2; i++)
                {
                    tasks.AddTask<Scoped>(async (own, _) =>
                    {
                        await Task.Yield();
                        disposedWhileRunning.Add(own.Disposed);
                        seen.Add(own);
                    });
                }
            }),
            configure: builder => builder.Services.AddScoped<Scoped>());

        await app.GetAsync("/");
        await app.SettleAsync();

        Assert.Equal(3, seen.Distinct().Count());
        Assert.Equal([false, false], disposedWhileRunning);
        Assert.All(seen, one => Assert.True(one.Disposed));
    }

    [Fact]
    public async Task Nothing_of_the_request_surrounds_the_work()
    {
        List<object?> seen = [];
        await using var app = await AfterResponseApp.StartAsync(app => app.Map("/", (IBackgroundTasks tasks) =>
        {
            using var activity = new Activity("request").Start();
            Ambient.Value = "request";
            tasks.AddTask<IHttpContextAccessor>((accessor, _) =>
            {
                seen.AddRange([accessor.HttpContext, Activity.Current, Ambient.Value]);
                Ambient.Value = "the work before";
                return Task.CompletedTask;
            });
            tasks.AddTask<IHttpContextAccessor>((accessor, _) =>
            {
                seen.AddRange([accessor.HttpContext, Activity.Current, Ambient.Value]);
                return Task.CompletedTask;
            });
        }), configure: builder => builder.Services.AddHttpContextAccessor());

        await app.GetAsync("/");
        await app.SettleAsync();

        Assert.Equal(new object?[6], seen);
    }

    [Fact]
    public async Task A_nested_service_and_a_nested_scope_add_to_the_list_of_the_request()
    {
        await using var app = await AfterResponseApp.StartAsync(
            app => app.Map("/", (IBackgroundTasks tasks, Nested nested, IServiceScopeFactory scopes) =>
            {
                tasks.AddTask(app.Note("1"));
                nested.Tasks.AddTask(app.Note("2"));
                using var scope = scopes.CreateScope();
                scope.ServiceProvider.GetRequiredService<IBackgroundTasks>().AddTask(app.Note("3"));
                tasks.AddTask(app.Note("4"));
                Assert.Empty(app.Ran);
            }),
            configure: builder => builder.Services.AddScoped<Nested>());

        await app.GetAsync("/");
        await app.SettleAsync();

        Assert.Equal(["1", "2", "3", "4"], app.Ran);
    }

    [Fact]
    public async Task Outside_a_request_work_is_handed_over_at_once()
    {
        await using var app = await AfterResponseApp.StartAsync(_ => { });
        await using var scope = app.Host.Services.CreateAsyncScope();

        scope.ServiceProvider.GetRequiredService<IBackgroundTasks>().AddTask(app.Note("ran"));
        await app.SettleAsync();

        Assert.Equal(["ran"], app.Ran);
    }

    [Fact]
    public async Task Work_adds_work_that_is_handed_over_at_once()
    {
        var added = new Gate();
        await using var app = await AfterResponseApp.StartAsync(app => app.Map("/", (IBackgroundTasks tasks) =>
            tasks.AddTask<IBackgroundTasks>(async (again, _) =>
            {
                again.AddTask(added.WorkAsync);
                await added.Entered;
                app.Ran.Enqueue("the first still runs");
                added.Release();
            })));

        await app.GetAsync("/");
        await app.SettleAsync();

        Assert.Equal(["the first still runs"], app.Ran);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Work_added_after_the_request_has_ended_is_handed_over_at_once(bool alsoBefore)
    {
        var ended = new Gate();
        var adding = Task.CompletedTask;
        await using var app = await AfterResponseApp.StartAsync(app => app.Map("/", (IBackgroundTasks tasks) =>
        {
            if (alsoBefore) tasks.AddTask(app.Note("before"));
            adding = AddLaterAsync();

            async Task AddLaterAsync()
            {
                await ended.PassAsync();
                tasks.AddTask(app.Note("after"));
            }
        }));

        await app.GetAsync("/");
        await app.SettleAsync();
        ended.Release();
        await adding.Guarded();
        await app.SettleAsync();

        Assert.Equal(alsoBefore ? ["before", "after"] : ["after"], app.Ran);
    }

    [Fact]
    public async Task Requests_of_one_connection_have_lists_of_their_own()
    {
        await using var app = await AfterResponseApp.StartAsync(app => app.Map("/{what}", (string what, IBackgroundTasks tasks) =>
        {
            tasks.AddTask(app.Note(what));
            return what == "bad" ? throw new InvalidOperationException() : what;
        }));
        using var connection = await RawConnection.OpenAsync(app);

        await connection.SendAsync("/first");
        await connection.ReadUntilAsync("first");
        await connection.SendAsync("/bad");
        await connection.ReadUntilAsync("500");
        await connection.SendAsync("/third");
        await connection.ReadUntilAsync("third");
        for (var i = 0; i < 3; i++) await app.EndedAsync();
        await app.SettleAsync();

        Assert.Equal(["first", "third"], app.Ran.Order());
    }

    private sealed class Scoped : IDisposable
    {
        public bool Disposed { get; private set; }

        public void Dispose() => Disposed = true;
    }

    private sealed record Nested(IBackgroundTasks Tasks);
}

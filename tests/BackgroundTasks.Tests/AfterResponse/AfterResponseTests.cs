using Microsoft.AspNetCore.Http;

namespace BackgroundTasks.Tests.AfterResponse;

public sealed class AfterResponseTests
{
    [Fact]
    public async Task Work_starts_only_once_the_response_is_sent()
    {
        var endpoint = new Gate();
        await using var app = await AfterResponseApp.StartAsync(app =>
        {
            app.Map("/held", async (IBackgroundTasks tasks) =>
            {
                tasks.AddTask(app.Note("held"));
                await endpoint.PassAsync();
            });
            app.Map("/other", (IBackgroundTasks tasks) => tasks.AddTask(app.Note("other")));
        });

        var held = app.GetAsync("/held");
        await endpoint.Entered;
        await app.Client.GetAsync(new Uri("/other", UriKind.Relative)).Guarded();
        await app.EndedAsync();
        await app.SettleAsync();
        Assert.Equal(["other"], app.Ran);

        endpoint.Release();
        await held.Guarded();
        await app.SettleAsync();
        Assert.Equal(["other", "held"], app.Ran);
    }

    [Fact]
    public async Task Slow_work_does_not_hold_up_the_next_request_of_its_connection()
    {
        var work = new Gate();
        await using var app = await AfterResponseApp.StartAsync(app =>
        {
            app.Map("/slow", (IBackgroundTasks tasks) =>
            {
                tasks.AddTask(work.WorkAsync);
                return "first answer";
            });
            app.Map("/next", () => "second answer");
        });
        using var connection = await RawConnection.OpenAsync(app);

        await connection.SendAsync("/slow");
        await connection.ReadUntilAsync("first answer");
        await work.Entered;
        await connection.SendAsync("/next");
        await connection.ReadUntilAsync("second answer");

        work.Release();
        await app.SettleAsync();
    }

    [Fact]
    public async Task Work_of_one_request_runs_in_the_order_in_which_it_was_added()
    {
        var first = new Gate();
        await using var app = await AfterResponseApp.StartAsync(app => app.Map("/", (IBackgroundTasks tasks) =>
        {
            tasks.AddTask(async (_, _) =>
            {
                await first.PassAsync(CancellationToken.None);
                app.Ran.Enqueue("1");
            });
            tasks.AddTask(app.Note("2"));
            tasks.AddTask(app.Note("3"));
        }));

        await app.GetAsync("/");
        await first.Entered;
        Assert.Empty(app.Ran);
        first.Release();
        await app.SettleAsync();

        Assert.Equal(["1", "2", "3"], app.Ran);
    }

    [Fact]
    public async Task Work_of_different_requests_runs_side_by_side_up_to_the_bound()
    {
        Gate[] gates = [new(), new(), new()];
        await using var app = await AfterResponseApp.StartAsync(
            app => app.Map("/{i:int}", (int i, IBackgroundTasks tasks) => tasks.AddTask(gates[i].WorkAsync)),
            options => options.AfterResponseConcurrency = 2);

        await app.GetAsync("/0");
        await app.GetAsync("/1");
        await app.GetAsync("/2");
        await gates[0].Entered;
        await gates[1].Entered;
        Assert.False(gates[2].WasEntered);

        gates[1].Release();
        await gates[2].Entered;
        gates[0].Release();
        gates[2].Release();
        await app.SettleAsync();
    }

    [Fact]
    public async Task Work_that_fails_is_logged_and_the_rest_still_runs()
    {
        await using var app = await AfterResponseApp.StartAsync(app => app.Map("/", (IBackgroundTasks tasks) =>
        {
            tasks.AddTask(async (_, _) =>
            {
                await Task.Yield();
                throw new InvalidOperationException("later");
            });
            tasks.AddTask((_, _) => throw new InvalidOperationException("at once"));
            tasks.AddTask((_, _) => null!);
            tasks.AddTask<IDisposable>((_, _) => Task.CompletedTask);
            tasks.AddTask((_, _) => throw new OperationCanceledException("its own"));
            tasks.AddTask(app.Note("last"));
        }));

        await app.GetAsync("/");
        await app.SettleAsync();

        Assert.Equal(["last"], app.Ran);
        Assert.Equal(
            ["AfterResponseFailed", "AfterResponseFailed", "AfterResponseNoTask", "AfterResponseFailed", "AfterResponseFailed"],
            app.Log.Entries.Select(entry => entry.Name));
        Assert.Equal("later", app.Log.Entries[0].Exception?.Message);
        Assert.Equal("at once", app.Log.Entries[1].Exception?.Message);
    }

    [Fact]
    public async Task The_client_leaving_does_not_matter()
    {
        var endpoint = new Gate();
        await using var app = await AfterResponseApp.StartAsync(app => app.Map("/", async (HttpContext context, IBackgroundTasks tasks) =>
        {
            tasks.AddTask(app.Note("ran"));
            var left = new TaskCompletionSource();
            using var registration = context.RequestAborted.Register(left.SetResult);
            endpoint.Release();
            await endpoint.PassAsync();
            await left.Task.Guarded();
            return "nobody reads this";
        }));
        using var connection = await RawConnection.OpenAsync(app);

        await connection.SendAsync("/");
        await endpoint.Entered;
        connection.Abort();
        await app.EndedAsync();
        await app.SettleAsync();

        Assert.Equal(["ran"], app.Ran);
    }

    [Fact]
    public async Task Work_added_by_many_threads_at_once_runs_exactly_once()
    {
        await using var app = await AfterResponseApp.StartAsync(app => app.Map("/", (IBackgroundTasks tasks) =>
            Parallel.For(0, 1000, i => tasks.AddTask(app.Note($"{i}")))));

        await app.GetAsync("/");
        await app.SettleAsync();

        Assert.Equal(1000, app.Ran.Distinct().Count());
        Assert.Equal(1000, app.Ran.Count);
    }
}

using System.Globalization;
using BackgroundTasks.Api.Tests.Hosting;
using Xunit.Abstractions;

namespace BackgroundTasks.Api.Tests.Torture;

/// <summary>
/// A few rounds by default; <c>BACKGROUNDTASKS_TORTURE_ROUNDS</c> says how many, and <c>BACKGROUNDTASKS_TORTURE_SEED</c> repeats what a failure names.
/// What the clients do and when a kill comes is the seed's; how it falls together is the machine's.
/// </summary>
public sealed class TortureTests(ITestOutputHelper output)
{
    private const int FewRounds = 8;
    private const int Clients = 12;

    [Fact]
    public async Task What_was_accepted_ends_right_however_often_the_process_is_killed()
    {
        var seed = Setting("BACKGROUNDTASKS_TORTURE_SEED") ?? Random.Shared.Next();
        try
        {
            await TortureAsync(seed, Setting("BACKGROUNDTASKS_TORTURE_ROUNDS") ?? FewRounds);
        }
        catch (Exception exception)
        {
            // A boundary of the test: what failed needs its seed to be repeated.
            throw new InvalidOperationException($"BACKGROUNDTASKS_TORTURE_SEED={seed} repeats this: {exception.Message}", exception);
        }
    }

    private async Task TortureAsync(int seed, int rounds)
    {
        // What runs may be lost any number of times here: the kills are the test's, not a task's.
        await using var process = await ServiceProcess.ServeAsync(("BackgroundTasks__MaxLostRuns", "1000"), ("BackgroundTasks__MaxRetained", "10000000"));
        var service = new MortalService(process);
        var random = new Random(seed);
        var clients = Enumerable.Range(0, Clients).Select(number => new TortureClient($"client{number}", service, new Random(seed + number + 1))).ToList();
        await WorkWhileAsync(clients, async stop =>
        {
            for (var round = 0; round < rounds; round++)
                await service.KillAfterAsync(answers: random.Next(1, 1 << random.Next(2, 10)), again: random.Next(5) == 0, stop);
        });

        var reckoning = new Reckoning(service, process.Client);
        await reckoning.CheckAsync(clients);
        process.Terminate();
        Assert.Equal((0, ""), await process.EndAsync());
        TaskFile.Check(process.Data);
        output.WriteLine($"Seed {seed}, {service.Kills} kills: {reckoning}");
    }

    /// <summary>The clients work until the kills are over, or one of them has met what must not be.</summary>
    private static async Task WorkWhileAsync(List<TortureClient> clients, Func<CancellationToken, Task> killing)
    {
        using var stop = new CancellationTokenSource();
        var working = clients.Select(client => Task.Run(() => EndingAllAsync(client.WorkAsync(stop.Token)))).ToList();
        var killed = EndingAllAsync(killing(stop.Token));
        await killed.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await stop.CancelAsync();
        await Task.WhenAll(working);
        await killed;

        async Task EndingAllAsync(Task work)
        {
            try
            {
                await work;
            }
            catch
            {
                await stop.CancelAsync();
                throw;
            }
        }
    }

    private static int? Setting(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? int.Parse(value, CultureInfo.InvariantCulture) : null;
}

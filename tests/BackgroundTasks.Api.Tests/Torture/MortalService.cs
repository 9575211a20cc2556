using System.Net.Sockets;
using BackgroundTasks.Api.Tests.Hosting;

namespace BackgroundTasks.Api.Tests.Torture;

/// <summary>A service that is killed again and again, and started anew on what it has left.</summary>
internal sealed class MortalService(ServiceProcess process)
{
    private volatile TaskCompletionSource _serving = Completed();
    private volatile TaskCompletionSource _enough = new();
    private int _answersLeft = -1;

    public int Kills { get; private set; }

    /// <summary>Asks, and asks again while no answer comes. So only what may be asked twice.</summary>
    public async Task<Answer> AskAsync(Func<HttpRequestMessage> request)
    {
        for (var asked = 1; ; asked++)
        {
            if (await TryAskAsync(request(), asked > 1) is { } answer)
                return answer;
        }
    }

    /// <summary>Asks once; null where the service was killed before it had answered.</summary>
    public async Task<Answer?> TryAskAsync(HttpRequestMessage request, bool askedBefore = false)
    {
        using (request)
        {
            var serving = _serving;
            await serving.Task;
            try
            {
                using var response = await process.Client.SendAsync(request);
                if (Interlocked.Decrement(ref _answersLeft) == 0)
                    _enough.TrySetResult();
                return await Answer.OfAsync(response, askedBefore);
            }
            catch (Exception exception) when (exception is HttpRequestException or SocketException && serving != _serving)
            {
                // A connection that is cut while it is made is told of by the socket itself.
                return null;
            }
        }
    }

    /// <summary>Kills it when its clients have received so many answers from now on, and starts it again.</summary>
    /// <param name="answers">The moment, told without a clock.</param>
    /// <param name="again">Whether it is also killed while it starts.</param>
    /// <param name="cancellationToken">No more answers will come.</param>
    public async Task KillAfterAsync(int answers, bool again, CancellationToken cancellationToken)
    {
        _enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _answersLeft, answers);
        await _enough.Task.WaitAsync(HeldWork.Guard, cancellationToken);

        _serving = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            await KillAsync();
            if (again)
            {
                process.Launch();
                Assert.NotNull(await process.Output.LineAsync(" is open: "));
                await KillAsync();
            }

            await process.RestartAsync();
            _serving.SetResult();
        }
        catch (Exception exception)
        {
            // A boundary of the test: the clients wait for a service that will not come.
            _serving.SetException(exception);
            throw;
        }
    }

    private async Task KillAsync()
    {
        await process.KillAsync();
        Kills++;
    }

    private static TaskCompletionSource Completed()
    {
        var completed = new TaskCompletionSource();
        completed.SetResult();
        return completed;
    }
}

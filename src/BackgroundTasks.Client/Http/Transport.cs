using System.Globalization;
using Polly;

namespace BackgroundTasks.Client.Http;

/// <summary>Sends calls, awaited or blocking, and repeats them as <see cref="RetryPipeline"/> says. An answer counts once its body has arrived whole.</summary>
internal sealed class Transport(HttpClient http, Uri root, BackgroundTasksClientOptions options)
{
    private readonly ResiliencePipeline<Answer> _pipeline = options.Pipeline;

    public async Task<Answer> SendAsync(Call call, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        var attempts = Begin(call, context);
        try
        {
            return await _pipeline.ExecuteAsync(static async (context, transport) => await transport.AttemptAsync(context).ConfigureAwait(false), context, this).ConfigureAwait(false);
        }
        catch (Exception exception) when (cancellationToken.IsCancellationRequested || RetryRules.IsLoss(exception))
        {
            return LastOf(attempts, exception, cancellationToken);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    public Answer Send(Call call, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        var attempts = Begin(call, context);
        try
        {
            return _pipeline.Execute(static (context, transport) => transport.Attempt(context), context, this);
        }
        catch (Exception exception) when (cancellationToken.IsCancellationRequested || RetryRules.IsLoss(exception))
        {
            return LastOf(attempts, exception, cancellationToken);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private Attempts Begin(Call call, ResilienceContext context)
    {
        var attempts = new Attempts(call, call.Wait + options.RetryTimeout, options.TimeProvider);
        context.Properties.Set(RetryPipeline.Attempts, attempts);
        return attempts;
    }

    private async ValueTask<Answer> AttemptAsync(ResilienceContext context)
    {
        var attempts = RetryPipeline.AttemptsOf(context);
        using var request = Begin(attempts);

        // The defaults of an HttpClient are for its own requests. Blocking calls stay with HTTP/1.1: no other can be sent without awaiting.
        (request.Version, request.VersionPolicy) = (http.DefaultRequestVersion, http.DefaultVersionPolicy);
        try
        {
            var completion = attempts.Call.Streams ? HttpCompletionOption.ResponseHeadersRead : HttpCompletionOption.ResponseContentRead;
            var response = await http.SendAsync(request, completion, context.CancellationToken).ConfigureAwait(false);
            if (attempts.Call.Streams && response.IsSuccessStatusCode)
                return End(attempts, Answer.Of(response));
            using (response)
                return End(attempts, Answer.Of(response, await response.Content.ReadAsByteArrayAsync(context.CancellationToken).ConfigureAwait(false), options.TimeProvider));
        }
        catch (Exception exception) when (RetryRules.IsLoss(exception))
        {
            Lose(attempts, exception);
            throw;
        }
    }

    private Answer Attempt(ResilienceContext context)
    {
        var attempts = RetryPipeline.AttemptsOf(context);
        using var request = Begin(attempts);
        try
        {
            using var response = http.Send(request, HttpCompletionOption.ResponseContentRead, context.CancellationToken);
            var body = new MemoryStream();
            response.Content.ReadAsStream(CancellationToken.None).CopyTo(body);
            return End(attempts, Answer.Of(response, body.ToArray(), options.TimeProvider));
        }
        catch (ObjectDisposedException exception) when (context.CancellationToken.IsCancellationRequested)
        {
            // A blocking read is cancelled by disposing of what is read.
            throw new OperationCanceledException(null, exception, context.CancellationToken);
        }
        catch (Exception exception) when (RetryRules.IsLoss(exception))
        {
            Lose(attempts, exception);
            throw;
        }
    }

    private HttpRequestMessage Begin(Attempts attempts)
    {
        attempts.Begin();
        return attempts.Call.ToRequest(root);
    }

    private static Answer End(Attempts attempts, Answer answer)
    {
        if (RetryRules.IsSettled(answer))
            attempts.Settle();
        answer.Doubtful = attempts.Doubtful;
        attempts.Last = answer;
        return answer;
    }

    private static void Lose(Attempts attempts, Exception exception)
    {
        attempts.Lost = exception;
        if (RetryRules.IsUnheard(exception))
            attempts.Settle();
    }

    /// <summary>The time of the call is over: what was refused to its end is told as that. A cancellation is told as the caller's own.</summary>
    private Answer LastOf(Attempts attempts, Exception exception, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            throw new OperationCanceledException("The call was canceled.", exception, cancellationToken);
        return attempts.Last ?? throw Unreachable(attempts, exception);
    }

    private ServiceUnreachableException Unreachable(Attempts attempts, Exception exception)
    {
        var key = attempts.Call.IdempotencyKey;
        var why = attempts.Lost?.Message ?? "no answer came in time.";
        var next = (key, attempts.Call.Repeatable) switch
        {
            (null, false) when attempts.Doubtful => Refusal.LookFirst,
            (null, _) => "Check that the service runs and that the address is right; then call again.",
            _ => $"Check that the service runs and that the address is right. The task may have been accepted: submit it again with IdempotencyKey = \"{key}\" and it runs once.",
        };
        return new ServiceUnreachableException(
            string.Create(CultureInfo.InvariantCulture, $"{root} did not answer {attempts.Call.Method} {attempts.Call.Path.Split('?')[0]} in {attempts.Count} attempts over {attempts.Elapsed.TotalSeconds:0.#} s: {why} {next}"),
            key,
            attempts.Lost ?? exception)
        {
            MayHaveBeenHeard = attempts.Doubtful,
        };
    }
}

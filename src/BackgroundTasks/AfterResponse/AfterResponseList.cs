using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Work = System.Func<System.IServiceProvider, System.Threading.CancellationToken, System.Threading.Tasks.Task>;

namespace BackgroundTasks.AfterResponse;

/// <summary>The work of one request, in the order in which it was added, until the request ends. Its feature on the context; knows nothing of the context itself.</summary>
internal sealed class AfterResponseList(AfterResponseRunner runner)
{
    private readonly Lock _lock = new();

    /// <summary>Null once handed over or discarded.</summary>
    private List<Work>? _work = [];

    /// <summary>The list of a request, made and tied to its end when first asked for. All scopes of a request share it.</summary>
    public static AfterResponseList Of(HttpContext context, AfterResponseRunner runner)
    {
        // A context is not made for two threads, and two branches of an endpoint may both be first.
        lock (context)
        {
            if (context.Features.Get<AfterResponseList>() is { } existing) return existing;
            var list = new AfterResponseList(runner);
            context.Response.OnCompleted(static state => End(((AfterResponseList, HttpContext))state), (list, context));
            context.Features.Set(list);
            return list;
        }
    }

    /// <summary>An exception left the endpoint of a request: nothing of its work runs.</summary>
    public static void DiscardOf(HttpContext context) => context.Features.Get<AfterResponseList>()?.Discard();

    /// <summary>False once the request has ended.</summary>
    public bool TryAdd(Work work)
    {
        lock (_lock)
        {
            _work?.Add(work);
            return _work is not null;
        }
    }

    /// <summary>Only hands over: the server reads the connection's next request when this has returned.</summary>
    private static Task End((AfterResponseList List, HttpContext Context) request)
    {
        if (HasFailed(request.Context)) request.List.Discard();
        else request.List.HandOver();
        return Task.CompletedTask;
    }

    /// <summary>Whether the exception handler turned an exception into a response: it leaves a feature.</summary>
    private static bool HasFailed(HttpContext context) => context.Features.Get<IExceptionHandlerFeature>() is not null;

    private void Discard()
    {
        if (Close() is { Count: > 0 } work) runner.Discard(work);
    }

    private void HandOver()
    {
        if (Close() is { Count: > 0 } work) runner.HandOver(work);
    }

    private List<Work>? Close()
    {
        lock (_lock)
        {
            var work = _work;
            _work = null;
            return work;
        }
    }
}

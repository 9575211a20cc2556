using BackgroundTasks.Execution;
using BackgroundTasks.TaskTypes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace BackgroundTasks.Http;

/// <summary><c>POST /tasks</c>.</summary>
internal sealed class SubmitEndpoint(
    BackgroundTaskQueue queue, RequestBody bodies, TaskTypeRegistry types, TaskWatch watch, BackgroundTaskIds ids, TimeProvider timeProvider, IOptions<BackgroundTasksOptions> options)
{
    /// <summary>What the members beside the payload may take.</summary>
    private const int EnvelopeBytes = 16 * 1024;

    /// <summary>How much of a body may be kept with its payload, so that it need not be copied.</summary>
    private const int KeptEnvelopeBytes = 256;

    private readonly BackgroundTasksOptions _options = options.Value;

    public async ValueTask<IResult> SubmitAsync(HttpContext context)
    {
        context.Response.Headers.Vary = "Prefer";
        if (!RequestBody.IsJson(context.Request))
            return Problems.NotJson();
        var id = ids.Next();
        var prefer = Prefer.Read(context.Request.Headers["Prefer"], _options.MaxWait);

        // Watched before it is kept: a task that ends at once is not missed.
        using var watcher = prefer.Wait > TimeSpan.Zero ? watch.Register(id) : null;
        var (refusal, outcome, task) = await ReadAndAcceptAsync(context, id);
        if (refusal is not null)
            return refusal;
        if (watcher is not null)
            task = await WaitAsync(watcher, id, task!, prefer.Wait!.Value, context.RequestAborted);
        var accepted = outcome is not SubmitOutcome.SameUniqueKey && (!task!.IsTerminal || watcher is null);
        if (prefer.Applied(watcher is not null, accepted) is { } applied)
            context.Response.Headers["Preference-Applied"] = applied;
        return new TaskResult(task!, accepted ? StatusCodes.Status202Accepted : StatusCodes.Status200OK)
        {
            Retention = _options.Retention,
            Minimal = accepted && prefer.ReturnMinimal,
            Replayed = outcome is SubmitOutcome.Replayed,
        };
    }

    /// <summary>A method of its own, so that a client that waits for its task holds on to nothing of what it has sent.</summary>
    private async ValueTask<(IResult? Refusal, SubmitOutcome Outcome, BackgroundTask? Task)> ReadAndAcceptAsync(HttpContext context, Guid id)
    {
        var body = await bodies.ReadAsync(context, (long)_options.MaxPayloadBytes + EnvelopeBytes);
        if (body.Refusal is not null)
            return (body.Refusal, default, null);
        try
        {
            var (refusal, outcome, task) = await AcceptAsync(context, body.Bytes, id);
            return (refusal, outcome, task?.WithPayloadInStore());
        }
        finally
        {
            bodies.GiveBack(body);
        }
    }

    private async ValueTask<(IResult? Refusal, SubmitOutcome Outcome, BackgroundTask? Task)> AcceptAsync(HttpContext context, ReadOnlyMemory<byte> body, Guid id)
    {
        if (!IdempotencyKey.TryRead(context.Request.Headers, out var key))
            return (Problems.Invalid(IdempotencyKey.Header, "It is a quoted string, or 1 to 255 of A-Z, a-z, 0-9, '.', '_', ':' and '-', given once."), default, null);
        if (!SubmitRequestReader.TryRead(body, id, out var name, out var payload, out var submit, out var errors))
            return (Problems.Invalid(errors), default, null);
        if (payload.Length > _options.MaxPayloadBytes)
            return (Problems.TooLarge(_options.MaxPayloadBytes), default, null);
        if (types.Find(name) is not { } type)
            return (Problems.Invalid("type", $"Unknown task type. Known: {string.Join(", ", types.All.Select(known => known.Name))}."), default, null);
        if (SubmitRules.Check(type, payload, submit, _options, timeProvider.GetUtcNow(), out var bound) is { } refused)
            return (Problems.Invalid(refused), default, null);
        var idempotent = key is null ? null : new IdempotentRequest(key, RequestFingerprint.Of(context.Request, body));

        // A task that waits must not hold on to much more than it is counted for, such as a body of blanks.
        if (body.Length - payload.Length > KeptEnvelopeBytes)
            payload = payload.ToArray();

        // The client's leaving cancels its wait, never what it has submitted.
        var (outcome, task) = await queue.SubmitAsync(type, payload, bound, submit, idempotent, CancellationToken.None);
        return (Refusal(outcome, task, submit.Queue ?? type.Options.Queue), outcome, task);
    }

    private static ProblemResult? Refusal(SubmitOutcome outcome, BackgroundTask? task, string queue) => outcome switch
    {
        SubmitOutcome.QueueFull => Problems.QueueFull(queue),
        SubmitOutcome.TooManyScheduled => Problems.TooManyScheduled(),
        SubmitOutcome.NoMemory => Problems.NoMemory(),
        SubmitOutcome.Stopping => Problems.Stopping(),
        SubmitOutcome.KeyPending => Problems.KeyPending(),
        SubmitOutcome.KeyReused => Problems.KeyReused(task!),
        _ => null,
    };

    /// <summary>A task that was there before has another id than the one that is watched.</summary>
    private async Task<BackgroundTask> WaitAsync(TaskWatcher watcher, Guid watched, BackgroundTask task, TimeSpan wait, CancellationToken cancellationToken)
    {
        using var other = task.Id == watched ? null : watch.Register(task.Id);
        return await queue.WaitAsync(other ?? watcher, task.Id, wait, static task => task.IsTerminal, untilTerminal: true, cancellationToken) ?? task;
    }
}

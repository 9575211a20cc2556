using BackgroundTasks.Execution;
using BackgroundTasks.TaskTypes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace BackgroundTasks.Http;

/// <summary><c>POST /tasks</c>.</summary>
internal static class SubmitEndpoint
{
    /// <summary>What the members beside the payload may take.</summary>
    private const int EnvelopeBytes = 16 * 1024;

    public static async Task<IResult> SubmitAsync(HttpContext context, BackgroundTaskQueue queue, TaskTypeRegistry types, TaskWatch watch, BackgroundTaskIds ids, IOptions<BackgroundTasksOptions> options)
    {
        context.Response.Headers.Vary = "Prefer";
        if (!RequestBody.IsJson(context.Request))
            return Problems.NotJson();
        var limit = (long)options.Value.MaxPayloadBytes + EnvelopeBytes;
        if (await RequestBody.ReadAsync(context, limit) is not { } body)
            return Problems.TooLarge(limit);
        var errors = new Dictionary<string, string[]>();
        var request = SubmitRequestReader.Read(body, errors);
        if (request is null || errors.Count > 0)
            return Problems.Invalid(errors);
        if (request.Payload.Utf8.Length > options.Value.MaxPayloadBytes)
            return Problems.TooLarge(options.Value.MaxPayloadBytes);
        if (types.Find(request.Type) is not { } type)
            return Problems.Invalid("type", $"Unknown task type. Known: {string.Join(", ", types.All.Select(known => known.Name))}.");
        var submit = new BackgroundTaskSubmitOptions { Id = ids.Next(), Queue = request.Queue, Tags = request.Tags };
        if (SubmitRules.Check(type, request.Payload.Utf8, submit, options.Value) is { Count: > 0 } refused)
            return Problems.Invalid(refused);
        return await AcceptAsync(context, queue, watch, type, request.Payload.Utf8, submit, Prefer.Read(context.Request.Headers["Prefer"], options.Value.MaxWait));
    }

    private static async Task<IResult> AcceptAsync(
        HttpContext context, BackgroundTaskQueue queue, TaskWatch watch, TaskType type, ReadOnlyMemory<byte> payload, BackgroundTaskSubmitOptions submit, Prefer prefer)
    {
        // Watched before it is kept: a task that ends at once is not missed.
        using var watcher = prefer.Wait > TimeSpan.Zero ? watch.Register(submit.Id!.Value) : null;

        // The client's leaving gives up its wait, never what it has submitted.
        var (outcome, task) = await queue.SubmitAsync(type, payload, submit, CancellationToken.None);
        if (outcome is not SubmitOutcome.Accepted)
            return outcome is SubmitOutcome.Stopping ? Problems.Stopping() : Problems.QueueFull(submit.Queue ?? type.Options.Queue);
        if (watcher is not null)
            task = await queue.WaitAsync(watcher, task!.Id, prefer.Wait!.Value, static task => task.IsTerminal, untilTerminal: true, context.RequestAborted) ?? task;
        var accepted = !task!.IsTerminal || watcher is null;
        if (prefer.Applied(watcher is not null, accepted) is { } applied)
            context.Response.Headers["Preference-Applied"] = applied;
        return new TaskResult(task, accepted ? StatusCodes.Status202Accepted : StatusCodes.Status200OK) { Minimal = accepted && prefer.ReturnMinimal };
    }
}

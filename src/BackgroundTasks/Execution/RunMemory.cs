using Microsoft.Extensions.Options;

namespace BackgroundTasks.Execution;

/// <summary>
/// What runs take of the memory's budget: payloads that the store kept to itself, and results until they are stored. Above the limit too, as what was
/// accepted runs; but the payloads of all runs take a part of the budget at most, and a run whose payload does not fit waits for another to end.
/// </summary>
internal sealed class RunMemory(IBackgroundTaskStore store, StoreInsistence insistence, BackgroundTaskMemory memory, IOptions<BackgroundTasksOptions> options)
{
    /// <summary>The part of the budget that the payloads of runs take at most, or one payload.</summary>
    private const int PayloadPart = 4;

    private readonly Lock _lock = new();
    private readonly Queue<TaskCompletionSource> _waiting = new();
    private readonly long _most = memory.Limit / PayloadPart;

    /// <summary>What is set aside for a payload until it is read and its length is known.</summary>
    private readonly int _longest = options.Value.MaxPayloadBytes;

    private long _loaded;

    /// <summary>Whether there is room for one more result.</summary>
    public bool HasRoom => memory.Used < memory.Limit;

    private bool HasRoomForPayload => _loaded == 0 || _loaded + _longest <= _most;

    /// <summary>
    /// The payload of a task that is about to run, for as long as the run needs it; null if the task carries it along.
    /// A store that cannot read it is asked again, as for a start.
    /// </summary>
    public ValueTask<LoadedPayload?> LoadPayloadAsync(BackgroundTask task) => task.Submission.IsPayloadInStore ? LoadFromStoreAsync(task) : default;

    /// <summary>Takes bytes until they are disposed.</summary>
    public HeldBytes Hold(int bytes)
    {
        memory.Take(bytes);
        return new HeldBytes(memory, bytes);
    }

    /// <summary>A run no longer needs its payload.</summary>
    public void Unload(int bytes)
    {
        memory.GiveBack(bytes);
        Leave(bytes);
    }

    private async ValueTask<LoadedPayload?> LoadFromStoreAsync(BackgroundTask task)
    {
        await EnterAsync();
        ReadOnlyMemory<byte>? read = null;
        try
        {
            read = await insistence.UntilStoredAsync(task, (Memory: this, Task: task), static load => load.Memory.ReadAsync(load.Task));
        }
        finally
        {
            Leave(_longest - (read?.Length ?? 0));
        }

        if (read is not { } payload)
            return new LoadedPayload(null, this);
        memory.Take(payload.Length);
        return new LoadedPayload(payload, this);
    }

    private async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(BackgroundTask task)
    {
        try
        {
            return await store.ReadPayloadAsync(task, CancellationToken.None);
        }
        catch (OutOfMemoryException exception)
        {
            // Another run needs it at this moment: no reason to spend an attempt.
            throw new BackgroundTaskStoreException("There is not enough memory to read a payload.", exception);
        }
    }

    private Task EnterAsync()
    {
        lock (_lock)
        {
            if (_waiting.Count == 0 && HasRoomForPayload)
            {
                _loaded += _longest;
                return Task.CompletedTask;
            }

            var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue(turn);
            return turn.Task;
        }
    }

    private void Leave(int bytes)
    {
        lock (_lock)
        {
            _loaded -= bytes;
            while (_waiting.Count > 0 && HasRoomForPayload)
            {
                _loaded += _longest;
                _waiting.Dequeue().SetResult();
            }
        }
    }
}

/// <summary>Bytes of the budget; disposed once, they are given back.</summary>
internal readonly struct HeldBytes(BackgroundTaskMemory memory, int bytes) : IDisposable
{
    public void Dispose() => memory.GiveBack(bytes);
}

/// <summary>A payload that was read for a run; null if the store has lost it.</summary>
internal sealed class LoadedPayload(ReadOnlyMemory<byte>? json, RunMemory owner) : IDisposable
{
    public ReadOnlyMemory<byte> Json => json ?? throw new PayloadLostException();

    /// <summary>Called once.</summary>
    public void Dispose()
    {
        if (json is { } loaded)
            owner.Unload(loaded.Length);
    }
}

/// <summary>The payload is no longer in the store.</summary>
internal sealed class PayloadLostException : BackgroundTaskException
{
    public PayloadLostException()
        : base("The payload of this task is no longer in the store. Submit the task again.") => IsPermanent = true;
}

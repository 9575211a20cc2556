namespace BackgroundTasks.Execution;

/// <summary>What runs take of the memory's budget: a payload that the store kept to itself, and a result until it is stored. Above the limit too: what was accepted runs.</summary>
internal sealed class RunMemory(IBackgroundTaskStore store, StoreInsistence insistence, BackgroundTaskMemory memory)
{
    /// <summary>Whether there is room for one more.</summary>
    public bool HasRoom => memory.Used < memory.Limit;

    /// <summary>The payload of a task that is about to run, for as long as the run needs it. A store that cannot read it is asked again, as for a start.</summary>
    public async ValueTask<LoadedPayload> LoadPayloadAsync(BackgroundTask task)
    {
        if (!task.Submission.IsPayloadInStore)
            return new LoadedPayload(task.Submission.Payload, default);
        if (await insistence.UntilStoredAsync(task, () => store.ReadPayloadAsync(task, CancellationToken.None)) is not { } payload)
            return default;
        return new LoadedPayload(payload, Hold(payload.Length));
    }

    /// <summary>Takes bytes until they are disposed.</summary>
    public HeldBytes Hold(int bytes)
    {
        memory.Take(bytes);
        return new HeldBytes(memory, bytes);
    }
}

/// <summary>Bytes of the budget; disposed once, they are given back.</summary>
internal readonly struct HeldBytes(BackgroundTaskMemory? memory, int bytes) : IDisposable
{
    public void Dispose() => memory?.GiveBack(bytes);
}

/// <summary>The payload of a run; null if the store has lost it.</summary>
internal readonly struct LoadedPayload(ReadOnlyMemory<byte>? json, HeldBytes held) : IDisposable
{
    public ReadOnlyMemory<byte> Json => json ?? throw new PayloadLostException();

    public void Dispose() => held.Dispose();
}

/// <summary>The payload is no longer in the store.</summary>
internal sealed class PayloadLostException : BackgroundTaskException
{
    public PayloadLostException()
        : base("The payload of this task is no longer in the store. Submit the task again.") => IsPermanent = true;
}

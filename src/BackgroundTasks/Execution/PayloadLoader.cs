namespace BackgroundTasks.Execution;

/// <summary>Reads the payload that a task does not carry with it, when it is about to run. A store that cannot read it is asked again, as for a start.</summary>
internal sealed class PayloadLoader(IBackgroundTaskStore store, StoreInsistence insistence, BackgroundTaskMemory memory)
{
    /// <summary>The payload, for as long as the run needs it.</summary>
    public async ValueTask<LoadedPayload> LoadAsync(BackgroundTask task)
    {
        if (!task.Submission.IsPayloadInStore)
            return new LoadedPayload(task.Submission.Payload, null);
        if (await insistence.UntilStoredAsync(task, () => store.ReadPayloadAsync(task, CancellationToken.None)) is not { } payload)
            return default;

        // Above the limit too: what was accepted runs.
        memory.Take(payload.Length);
        return new LoadedPayload(payload, memory);
    }
}

/// <summary>The payload of a run; null if the store has lost it.</summary>
internal readonly struct LoadedPayload(ReadOnlyMemory<byte>? json, BackgroundTaskMemory? memory) : IDisposable
{
    public ReadOnlyMemory<byte> Json => json ?? throw new PayloadLostException();

    /// <summary>Gives its bytes back. Called once.</summary>
    public void Dispose() => memory?.GiveBack(json!.Value.Length);
}

/// <summary>The payload is no longer in the store.</summary>
internal sealed class PayloadLostException : BackgroundTaskException
{
    public PayloadLostException()
        : base("The payload of this task is no longer in the store. Submit the task again.") => IsPermanent = true;
}

using System.Collections.Concurrent;

namespace BackgroundTasks.Stores;

/// <summary>
/// Who has which key: an idempotency key as long as its task's record is at hand, a unique key (of a type) as long as its task is active.
/// An addition claims its keys before it is stored; others with the same key wait until that is decided.
/// </summary>
internal sealed class TaskKeys
{
    private readonly ConcurrentDictionary<string, KeyHolder> _idempotency = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Type, string Key), KeyHolder> _unique = new();

    /// <summary>Claims all keys of a task, or none: then it is told who is in the way, the idempotency key going first.</summary>
    public KeyClaim Claim(BackgroundTask task)
    {
        var own = new KeyHolder(task.Id);
        if (task.Submission.IdempotencyKey is { } key && _idempotency.GetOrAdd(key, own) is var first && first != own)
            return new KeyClaim(AddOutcome.SameIdempotencyKey, first, task);
        if (task.Submission.UniqueKey is { } unique && _unique.GetOrAdd((task.Type, unique), own) is var second && second != own)
        {
            Release(task, own);
            own.Settle();
            return new KeyClaim(AddOutcome.SameUniqueKey, second, task);
        }

        return new KeyClaim(AddOutcome.Added, own, task);
    }

    /// <summary>A claim of one's own is decided: kept where the task was added, given back where it was not.</summary>
    public void Settle(KeyClaim claim, bool added)
    {
        if (!added)
            Release(claim.Task, claim.HeldBy);
        claim.HeldBy.Settle();
    }

    /// <summary>Whoever had the key is gone, or has ended: nobody has it.</summary>
    public void Drop(KeyClaim claim)
    {
        if (claim.Kind is AddOutcome.SameIdempotencyKey)
            _idempotency.TryRemove(new(claim.Task.Submission.IdempotencyKey!, claim.HeldBy));
        else
            _unique.TryRemove(new((claim.Task.Type, claim.Task.Submission.UniqueKey!), claim.HeldBy));
    }

    /// <summary>
    /// A task that ended comes back to life, and its keys with it: false where its unique key has another owner.
    /// Until it is stored it still looks ended, so the claim is to be settled then: who meets it meanwhile waits.
    /// </summary>
    public bool TryRevive(BackgroundTask task, out KeyClaim claim)
    {
        var own = new KeyHolder(task.Id);
        claim = new KeyClaim(AddOutcome.Added, own, task);
        if (task.Submission.UniqueKey is { } unique && _unique.GetOrAdd((task.Type, unique), own).Id != task.Id)
            return false;

        // An addition that has claimed the key looks for this task at this moment: it is told that the key is no longer its own.
        if (task.Submission.IdempotencyKey is { } key && _idempotency.GetOrAdd(key, own) is var holder && !holder.Settled.IsCompleted && holder != own)
            _idempotency.TryUpdate(key, own, holder);
        return true;
    }

    /// <summary>Whether no task that came back to life has taken the idempotency key of a claim.</summary>
    public bool IsStillOwn(KeyClaim claim) =>
        claim.Task.Submission.IdempotencyKey is not { } key || (_idempotency.TryGetValue(key, out var holder) && holder == claim.HeldBy);

    /// <summary>The task that has a unique key of a type; null if none has.</summary>
    public Guid? HolderOf(string type, string uniqueKey) => _unique.TryGetValue((type, uniqueKey), out var holder) ? holder.Id : null;

    public void FreeUnique(BackgroundTask task)
    {
        if (task.Submission.UniqueKey is { } key && _unique.TryGetValue((task.Type, key), out var holder) && holder.Id == task.Id)
            _unique.TryRemove(new((task.Type, key), holder));
    }

    public void ForgetIdempotency(BackgroundTask task)
    {
        if (task.Submission.IdempotencyKey is { } key && _idempotency.TryGetValue(key, out var holder) && holder.Id == task.Id)
            _idempotency.TryRemove(new(key, holder));
    }

    /// <summary>A task of an earlier process is there again.</summary>
    public void Restore(BackgroundTask task)
    {
        if (task.Submission.IdempotencyKey is { } key)
            _idempotency[key] = KeyHolder.Decided(task.Id);
        if (task.Submission.UniqueKey is { } unique)
            _unique[(task.Type, unique)] = KeyHolder.Decided(task.Id);
    }

    private void Release(BackgroundTask task, KeyHolder holder)
    {
        if (task.Submission.IdempotencyKey is { } key)
            _idempotency.TryRemove(new(key, holder));
        if (task.Submission.UniqueKey is { } unique)
            _unique.TryRemove(new((task.Type, unique), holder));
    }
}

/// <summary>The owner of a key.</summary>
internal sealed class KeyHolder(Guid id)
{
    private TaskCompletionSource? _waitedFor;
    private bool _isSettled;

    public Guid Id { get; } = id;

    /// <summary>Completes when it is decided whether the owner was added.</summary>
    public Task Settled
    {
        get
        {
            lock (this)
                return _isSettled ? Task.CompletedTask : (_waitedFor ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    public static KeyHolder Decided(Guid id)
    {
        var holder = new KeyHolder(id);
        holder.Settle();
        return holder;
    }

    public void Settle()
    {
        lock (this)
            _isSettled = true;
        _waitedFor?.TrySetResult();
    }
}

/// <summary>What came of a claim.</summary>
/// <param name="Kind">Added where it is one's own; else which key is held by another.</param>
/// <param name="HeldBy">The holder.</param>
/// <param name="Task">The task that claimed.</param>
internal readonly record struct KeyClaim(AddOutcome Kind, KeyHolder HeldBy, BackgroundTask Task)
{
    public bool IsOwn => Kind is AddOutcome.Added;

    public Guid Holder => HeldBy.Id;

    public Task Settled => HeldBy.Settled;
}

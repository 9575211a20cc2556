namespace BackgroundTasks.Execution;

/// <summary>
/// What makes a queue fair: the turns of tenants, fixed when a task becomes ready. Among tasks of equal priority a tenant's next task
/// has max(turn being served, the tenant's last turn + 1), so that those of others run in between. A tenant is the value of one tag;
/// tasks without the tag are one more tenant. With one tenant alone, the turns only rise: first in, first out.
/// </summary>
/// <param name="tag">The tag that names the tenant; empty: all are one.</param>
/// <param name="shared">
/// The turns of the queue, where these are of one type with a limit. Such a type counts for itself: its backlog waits for the limit, not for a
/// worker, so it neither puts off its tenants' other work, nor is it overtaken by the turns that others take meanwhile.
/// </param>
internal sealed class TenantTurns(string tag, TenantTurns? shared = null)
{
    private readonly Dictionary<int, TurnAccount> _accounts = [];

    /// <summary>How many tenants are remembered: those that have something ready.</summary>
    public int TenantCount => _accounts.Values.Sum(account => account.TenantCount);

    /// <summary>A task becomes ready: its turn.</summary>
    public long Enter(BackgroundTask task) => AccountOf(task.Submission.Priority).Enter(TenantOf(task));

    /// <summary>It is no longer ready: its turn is served, or given up.</summary>
    public void Leave(BackgroundTask task, long turn, bool served) => AccountOf(task.Submission.Priority).Leave(TenantOf(task), turn, served);

    private TurnAccount AccountOf(int priority)
    {
        if (!_accounts.TryGetValue(priority, out var account))
            _accounts.Add(priority, account = new TurnAccount(shared?.AccountOf(priority)));
        return account;
    }

    private string TenantOf(BackgroundTask task) =>
        tag.Length > 0 && task.Submission.Tags is { } tags && tags.TryGetValue(tag, out var tenant) ? tenant : "";
}

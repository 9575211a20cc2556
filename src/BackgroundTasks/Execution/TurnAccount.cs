using System.Runtime.InteropServices;

namespace BackgroundTasks.Execution;

/// <summary>The turns of tenants among tasks of one priority. A tenant is remembered while something of it is ready, so the table is never larger than what waits.</summary>
internal sealed class TurnAccount(TurnAccount? shared)
{
    private readonly Dictionary<string, TenantEntry> _tenants = new(StringComparer.Ordinal);
    private long _serving;
    private int _waiting;

    public int TenantCount => _tenants.Count;

    public long Enter(string tenant)
    {
        if (_waiting++ == 0 && shared is not null)
            _serving = shared._serving;
        ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(TableOf(tenant), tenant, out var waits);
        entry.LastTurn = waits ? Math.Max(_serving, entry.LastTurn + 1) : _serving;
        entry.Waiting++;
        return entry.LastTurn;
    }

    public void Leave(string tenant, long turn, bool served)
    {
        if (served)
        {
            _serving = Math.Max(_serving, turn);
            if (shared is not null)
                shared._serving = Math.Max(shared._serving, turn);
        }

        // Forgotten with its last ready task: it begins anew at the turn being served, and what it had was served or given up.
        _waiting--;
        var tenants = TableOf(tenant);
        ref var entry = ref CollectionsMarshal.GetValueRefOrNullRef(tenants, tenant);
        if (--entry.Waiting == 0)
            tenants.Remove(tenant);
    }

    /// <summary>What has no tenant is counted in one place, so that a queue without tenants is first in, first out over all its types.</summary>
    private Dictionary<string, TenantEntry> TableOf(string tenant) => tenant.Length == 0 && shared is not null ? shared._tenants : _tenants;

    private struct TenantEntry
    {
        public long LastTurn;
        public int Waiting;
    }
}

using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace BackgroundTasks.Sqlite;

/// <summary>The rows that cannot be read. Each is logged once, by its key and its task's id, and passed over: one damaged row must not take the others with it.</summary>
internal sealed class DamagedRows(string path, ILogger logger)
{
    public const string OnDamagedPage = "it lies on a damaged page";
    private const int MostNamed = 100;
    private readonly ConcurrentDictionary<(string Table, long Row), bool> _known = new();

    /// <summary>A row of an active task, which stays where it is and is not run.</summary>
    public void SetAside(long row, string id, string reason)
    {
        if (IsToBeNamed("active", row))
            SqliteLog.ActiveRowSetAside(logger, path, row, id, reason);
    }

    /// <summary>A row of a finished task.</summary>
    public void Skip(long row, string id, string reason)
    {
        if (IsToBeNamed("finished", row))
            SqliteLog.FinishedRowSkipped(logger, path, row, id, reason);
    }

    /// <summary>Whether a row of a finished task needs no name any more.</summary>
    public bool IsKnown(long row) => _known.Count > MostNamed || _known.ContainsKey(("finished", row));

    /// <summary>A row of a finished task that can be read, but not removed.</summary>
    public void Leave(long row, string id)
    {
        if (IsToBeNamed("finished", row))
            SqliteLog.FinishedRowLeft(logger, path, row, id);
    }

    /// <summary>The free space, which the pages behind it cannot be moved into.</summary>
    public void TellOfKeys() => SqliteLog.KeysDamaged(logger, path);

    public void KeepSpace() => SqliteLog.FreeSpaceKept(logger, path);

    /// <summary>The payload of a task, which cannot run without it.</summary>
    public void LosePayload(Guid id)
    {
        if (IsToBeNamed($"payload {id:N}", 0))
            SqliteLog.PayloadDamaged(logger, path, id.ToString("N"));
    }

    /// <summary>An id as a row has it, also one that is none.</summary>
    public static string NameOf(Statement row, int column) =>
        row.Bytes(column).Length == 16 ? row.Id(column).ToString("N") : $"with the damaged id '{Convert.ToHexStringLower(row.Bytes(column)[..Math.Min(32, row.Bytes(column).Length)])}'";

    private bool IsToBeNamed(string table, long row)
    {
        if (_known.Count > MostNamed || !_known.TryAdd((table, row), true))
            return false;
        if (_known.Count <= MostNamed)
            return true;
        SqliteLog.ManyRowsDamaged(logger, MostNamed, path);
        return false;
    }
}

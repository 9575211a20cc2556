namespace BackgroundTasks.Sqlite;

/// <summary>Gives pages that nothing needs back to the disk, a few at a time, once they are a good part of the file. What is left is used again.</summary>
internal sealed class FreeSpace(Database database, DamagedRows damaged) : IDisposable
{
    private const int PagesAtOnce = 500;
    private const int FewPages = 2_000;

    private readonly Statement _pages = database.Prepare("PRAGMA page_count");
    private readonly Statement _freePages = database.Prepare("PRAGMA freelist_count");
    private readonly Statement _giveBack = database.Prepare($"PRAGMA incremental_vacuum({PagesAtOnce})");

    /// <summary>A damaged page lies where pages are taken from: it would be met again each time.</summary>
    private bool _isKept;

    /// <summary>Whether more is to be given back.</summary>
    public bool GiveBack()
    {
        var free = Read(_freePages);
        if (_isKept || free < FewPages || free < Read(_pages) / 4)
            return false;
        try
        {
            while (_giveBack.Step())
            {
            }
        }
        catch (SqliteFault fault) when (fault.IsOfDamage)
        {
            _isKept = true;
            damaged.KeepSpace();
            throw;
        }

        _giveBack.Reset();
        return true;
    }

    public void Dispose()
    {
        foreach (var statement in (ReadOnlySpan<Statement>)[_pages, _freePages, _giveBack])
            statement.Dispose();
    }

    private static long Read(Statement statement)
    {
        try
        {
            return statement.Step() ? statement.Number(0) : 0;
        }
        finally
        {
            statement.Reset();
        }
    }
}

using BackgroundTasks.Tests.Stores;

namespace BackgroundTasks.Tests.Sqlite;

/// <summary>What every journal must do, on SQLite.</summary>
public sealed class SqliteJournalSuiteTests : BackgroundTaskJournalSuite, IDisposable
{
    private readonly StoreFolder _folder = new();

    protected override IBackgroundTaskJournal CreateJournal() => StoreFolder.Journal(_folder.NewFile());

    public void Dispose() => _folder.Dispose();
}

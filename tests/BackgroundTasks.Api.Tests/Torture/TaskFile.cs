using Microsoft.Data.Sqlite;

namespace BackgroundTasks.Api.Tests.Torture;

/// <summary>The file that the service keeps its tasks in.</summary>
internal static class TaskFile
{
    public const string Name = "tasks.db";

    /// <summary>SQLite finds nothing wrong with it.</summary>
    /// <param name="data">The data folder.</param>
    public static void Check(string data)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(data, Name), Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        connection.Open();
        using var check = connection.CreateCommand();
        check.CommandText = "PRAGMA integrity_check";
        Assert.Equal("ok", check.ExecuteScalar());
    }
}

using System.Security.Cryptography;
using BackgroundTasks.Sqlite;

namespace BackgroundTasks.Tests.Sqlite;

/// <summary>A look at a file from outside.</summary>
internal static class StoredFile
{
    private const int PageSize = 4096;

    public static long Number(string path, string sql)
    {
        using var database = Open(path);
        return database.Number(sql);
    }

    public static string Text(string path, string sql)
    {
        using var database = Open(path);
        using var statement = database.Prepare(sql);
        Assert.True(statement.Step());
        return statement.Text(0);
    }

    public static List<string> Texts(string path, string sql)
    {
        using var database = Open(path);
        using var statement = database.Prepare(sql);
        var texts = new List<string>();
        while (statement.Step())
            texts.Add(statement.Text(0));
        return texts;
    }

    public static void Execute(string path, string sql)
    {
        using var database = Open(path);
        foreach (var statement in sql.Split(';', StringSplitOptions.RemoveEmptyEntries))
            database.Execute(statement);
    }

    /// <summary>SQLite finds no fault in it, and the counts are those of the tasks.</summary>
    public static void AssertWhole(string path)
    {
        Assert.Equal("ok", Text(path, "PRAGMA integrity_check"));
        Assert.Equal(
            Texts(path, "SELECT queue || ' ' || SUM(state = 3) || ' ' || SUM(state = 4) || ' ' || SUM(state = 5) FROM finished GROUP BY queue ORDER BY queue"),
            Texts(path, "SELECT queue || ' ' || succeeded || ' ' || failed || ' ' || canceled FROM counts WHERE succeeded + failed + canceled > 0 ORDER BY queue"));
        Assert.Equal(0, Number(path, "SELECT COUNT(*) FROM payloads WHERE seq NOT IN (SELECT seq FROM active UNION ALL SELECT seq FROM finished)"));
    }

    public static string Hash(string path) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)));

    /// <summary>Overwrites a part of a page, counted from 1.</summary>
    public static void Garble(string path, long page, int from = 0)
    {
        using var file = File.OpenWrite(path);
        file.Position = ((page - 1) * PageSize) + from;
        var garbage = new byte[PageSize - from];
        new Random(1).NextBytes(garbage);
        file.Write(garbage);
    }

    private static Database Open(string path) => new(new SqliteStoreOptions { Path = path }, creates: false);
}

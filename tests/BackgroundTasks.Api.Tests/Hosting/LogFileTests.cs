using BackgroundTasks.Api.Hosting;
using Serilog.Events;

namespace BackgroundTasks.Api.Tests.Hosting;

public sealed class LogFileTests : IDisposable
{
    private const int MaxBytes = 200_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("background-tasks-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_file_is_begun_at_the_limit_of_size_and_the_last_are_kept_with_whole_lines()
    {
        var lines = Enumerable.Range(0, 10_000).Select(i => $"{i} {new string('x', 90)}\n").ToList();
        using (var file = Open(kept: 3))
        {
            foreach (var batch in lines.Chunk(3_000))
                Write(file, string.Concat(batch));
        }

        var files = Directory.GetFiles(_folder).OrderBy(File.GetLastWriteTimeUtc).ThenBy(path => path, StringComparer.Ordinal).ToList();
        Assert.Equal(3, files.Count);
        Assert.All(files, path => Assert.InRange(new FileInfo(path).Length, 1, MaxBytes));
        var kept = files.SelectMany(File.ReadLines).Select(line => line + '\n').ToList();
        Assert.Equal(lines[^kept.Count..], kept);
    }

    [Fact]
    public void A_file_bears_the_day_and_is_continued_by_the_next_process()
    {
        using (var file = Open())
            Write(file, "a\n");
        using (var file = Open())
            Write(file, "b\n");

        var path = Assert.Single(Directory.GetFiles(_folder));
        Assert.Matches("^service-[0-9]{8}\\.jsonl$", Path.GetFileName(path));
        Assert.Equal("a\nb\n", File.ReadAllText(path));
    }

    [Fact]
    public void A_line_is_in_the_file_when_the_write_returns()
    {
        using var file = Open();
        Write(file, "a\n");

        using var reader = new StreamReader(new FileStream(Directory.GetFiles(_folder).Single(), FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        Assert.Equal("a\n", reader.ReadToEnd());
    }

    [Fact]
    public void What_a_failed_write_left_of_an_entry_does_not_spoil_the_next_one()
    {
        using (var file = Open())
        {
            Assert.Throws<IOException>(() => file.Format(new LogEvent(default, default, null, MessageTemplate.Empty, []), new LogOutput { Failure = new IOException() }));
            Write(file, "a\n");
            Write(file, "b\n");
        }

        Assert.Equal("\na\nb\n", File.ReadAllText(Directory.GetFiles(_folder).Single()));
    }

    [Fact]
    public void A_file_that_cannot_be_opened_is_a_failure_until_it_can()
    {
        var folder = Path.Combine(_folder, "logs");
        File.WriteAllText(folder, "");
        using (var file = new LogFile(Path.Combine(folder, "service-.jsonl"), MaxBytes, kept: 7))
        {
            Assert.ThrowsAny<IOException>(() => Write(file, "a\n"));
            Assert.ThrowsAny<IOException>(() => Write(file, "b\n"));
            File.Delete(folder);
            Write(file, "c\n");
        }

        Assert.Equal("c\n", File.ReadAllText(Directory.GetFiles(folder).Single()));
    }

    private LogFile Open(int kept = 7) => new(Path.Combine(_folder, "service-.jsonl"), MaxBytes, kept);

    private static void Write(LogFile file, string entries) => file.Write(entries.ToCharArray(), 0, entries.Length);
}

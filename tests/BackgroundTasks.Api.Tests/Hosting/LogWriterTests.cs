using System.Threading.Channels;
using BackgroundTasks.Api.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace BackgroundTasks.Api.Tests.Hosting;

public sealed class LogWriterTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly LogOutput _output = new();
    private readonly List<Exception> _failures = [];
    private readonly Channel<long> _losses = Channel.CreateUnbounded<long>();
    private readonly LogWriter _writer;

    public LogWriterTests() => _writer = new LogWriter(_output, _failures.Add, lost => Assert.True(_losses.Writer.TryWrite(lost)), _time);

    public void Dispose()
    {
        _output.Works.Set();
        _writer.Dispose();
    }

    [Fact]
    public async Task Entries_are_written_together_a_tenth_of_a_second_after_the_first()
    {
        for (var round = 0; round < 2; round++)
        {
            _writer.Add("a\n");
            _time.Advance(TimeSpan.FromMilliseconds(99));
            _writer.Add("b\n");
            _time.Advance(TimeSpan.FromMilliseconds(1));

            Assert.Equal("a\nb\n", await _output.NextAsync());
        }
    }

    [Fact]
    public async Task An_urgent_entry_is_written_at_once_with_those_before_it()
    {
        _writer.Add("a\n");
        _writer.Add("b\n", isUrgent: true);

        Assert.Equal("a\nb\n", await _output.NextAsync());
    }

    [Fact]
    public async Task Many_entries_are_written_at_once()
    {
        for (var i = 0; i < 64; i++)
            _writer.Add(new string('x', 1024));

        Assert.Equal(64 * 1024, (await _output.NextAsync()).Length);
    }

    [Fact]
    public void What_waits_at_the_end_is_written()
    {
        _writer.Add("a\n");

        _writer.Dispose();

        Assert.Equal(["a\n"], _output.Rest());
    }

    [Fact]
    public void Entries_of_many_threads_stay_whole_and_in_the_order_of_each()
    {
        var threads = Enumerable.Range(0, 4).Select(thread => new Thread(() =>
        {
            for (var i = 0; i < 20_000; i++)
                _writer.Add($"{thread} {i}\n");
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        _writer.Dispose();

        var entries = string.Concat(_output.Rest()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        for (var thread = 0; thread < 4; thread++)
            Assert.Equal(Enumerable.Range(0, 20_000).Select(i => $"{thread} {i}"), entries.Where(entry => entry[0] == '0' + thread));
    }

    [Fact]
    public async Task Nobody_waits_for_an_output_that_hangs_and_what_does_not_fit_is_counted()
    {
        _output.Works.Reset();
        _writer.Add("first\n", isUrgent: true);
        await _output.NextAsync();
        for (var i = 0; i < 5; i++)
            _writer.Add(new string('x', LogWriter.MostWaiting / 4));
        _output.Works.Set();

        Assert.Equal(LogWriter.MostWaiting, (await _output.NextAsync()).Length);
        Assert.Equal(1, await LostAsync());
    }

    [Fact]
    public async Task An_output_that_fails_is_told_once_and_what_it_lost_when_it_works()
    {
        _output.Failure = new IOException("No space left on device");
        for (var i = 0; i < 3; i++)
        {
            _writer.Add("lost\n", isUrgent: true);
            await _output.NextAsync();
        }

        _output.Works.Reset();
        _writer.Add("a\n", isUrgent: true);
        await _output.NextAsync();
        _output.Failure = null;
        _output.Works.Set();

        Assert.Equal(3, await LostAsync());
        Assert.Equal("No space left on device", Assert.Single(_failures).Message);
    }

    private Task<long> LostAsync() => _losses.Reader.ReadAsync().AsTask().WaitAsync(HeldWork.Guard);
}

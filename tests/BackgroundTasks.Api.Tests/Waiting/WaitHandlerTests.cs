using BackgroundTasks.Api.Waiting;
using Microsoft.Extensions.Time.Testing;

namespace BackgroundTasks.Api.Tests.Waiting;

public sealed class WaitHandlerTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly FakeContext _context = new();

    [Fact]
    public async Task It_ends_when_its_time_is_over_and_reports_every_second()
    {
        var waiting = HandleAsync(2.5);

        Assert.Equal((0, "0 of 2.5 seconds"), await _context.NextReportAsync());
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((40, "1 of 2.5 seconds"), await _context.NextReportAsync());
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((80, "2 of 2.5 seconds"), await _context.NextReportAsync());
        Assert.False(waiting.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(0.5));

        Assert.Equal(new WaitResult(2.5), await waiting);
        Assert.Equal((100, "2.5 of 2.5 seconds"), await _context.NextReportAsync());
    }

    [Fact]
    public async Task Less_than_a_millisecond_is_waited_for_and_not_spun_away()
    {
        _clock.AutoAdvanceAmount = TimeSpan.FromMilliseconds(0.1);

        var waiting = HandleAsync(0.0005);

        Assert.Single(_context.Reports());
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(new WaitResult(0.0005), await waiting);
    }

    [Fact]
    public async Task Zero_seconds_end_at_once() => Assert.Equal(new WaitResult(0), await HandleAsync(0));

    [Fact]
    public async Task A_cancel_ends_the_wait()
    {
        using var cancel = new CancellationTokenSource();
        var waiting = HandleAsync(3600, cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(3600.1)]
    public void A_time_out_of_range_is_refused(double seconds) =>
        Assert.Equal(["Seconds"], Payload.FaultyMembers(new WaitPayload(seconds)));

    private Task<WaitResult> HandleAsync(double seconds, CancellationToken cancellationToken = default) =>
        new WaitHandler(_clock).HandleAsync(new WaitPayload(seconds), _context, cancellationToken);
}

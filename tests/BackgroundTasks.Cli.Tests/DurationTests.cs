using BackgroundTasks.Cli.Input;

namespace BackgroundTasks.Cli.Tests;

public sealed class DurationTests
{
    [Theory]
    [InlineData("90", 90)]
    [InlineData("1.5", 1.5)]
    [InlineData("250ms", 0.25)]
    [InlineData("1.5s", 1.5)]
    [InlineData("5m", 300)]
    [InlineData("1h30m", 5400)]
    [InlineData("2d", 172800)]
    [InlineData("00:01:30", 90)]
    [InlineData("0", 0)]
    public void A_duration_is_read_as_people_write_it(string text, double seconds)
    {
        Assert.True(Durations.TryParse(text, out var duration));
        Assert.Equal(TimeSpan.FromSeconds(seconds), duration);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("s")]
    [InlineData("5 s")]
    [InlineData("1h30")]
    [InlineData("99999999999d")]
    [InlineData("-00:01:00")]
    [InlineData("1:2:3:4:5")]
    public void What_is_none_is_refused(string text) => Assert.False(Durations.TryParse(text, out _));
}

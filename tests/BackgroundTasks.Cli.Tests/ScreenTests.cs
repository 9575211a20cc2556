namespace BackgroundTasks.Cli.Tests;

public sealed class ScreenTests
{
    [Theory]
    [InlineData("two\nlines", "two lines")]
    [InlineData("\e[2Jred\e[31m", "[2Jred [31m")]
    [InlineData("\u009b31mred", "31mred")]
    [InlineData("gnp\u202e.exe", "gnp .exe")]
    [InlineData("\u2066turned\u2069", "turned")]
    [InlineData("日本語 👩‍💻 ünïcode", "日本語 👩‍💻 ünïcode")]
    public void What_others_wrote_neither_breaks_the_line_nor_steers_the_terminal(string written, string shown) =>
        Assert.Equal(shown, Screen.OneLine(written));
}

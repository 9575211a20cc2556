using BackgroundTasks.Api.Primes;

namespace BackgroundTasks.Api.Tests.Primes;

public sealed class CountPrimesHandlerTests
{
    [Fact]
    public async Task It_reports_each_percent_once_with_grouped_numbers()
    {
        var context = new FakeContext();
        var result = await new CountPrimesHandler().HandleAsync(new CountPrimesPayload(100_000_000), context, CancellationToken.None);

        Assert.Equal(new CountPrimesResult(100_000_000, 5_761_455), result);
        var reports = context.Reports();
        Assert.Equal(Enumerable.Range(0, 101), reports.Select(report => (int)report.Percent!));
        Assert.Equal("262,143 of 100,000,000", reports[0].Message);
        Assert.Equal("100,000,000 of 100,000,000", reports[^1].Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1_000_000_001)]
    public void A_number_out_of_range_is_refused(int upTo) =>
        Assert.Equal(["UpTo"], Payload.FaultyMembers(new CountPrimesPayload(upTo)));
}

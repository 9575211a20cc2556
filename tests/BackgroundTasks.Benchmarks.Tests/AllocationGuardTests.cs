namespace BackgroundTasks.Benchmarks.Tests;

public sealed class AllocationGuardTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    [Fact]
    public async Task Bytes_that_are_added_to_an_operation_fail_it()
    {
        AllocationFigures.Renew(_file, await MeasuredOperations.MeasureAsync(added: 0, submits: 2_000));
        var measured = await MeasuredOperations.MeasureAsync(added: 3_000, submits: 2_000);

        var findings = AllocationFigures.Read(_file).Compare(measured);

        Assert.Equal(["POST", "keyed", "GET", "304", "task"], measured.Select(operation => operation.Name));
        Assert.All(findings, finding => Assert.True(finding.Fails, finding.Text));
    }

    [Theory]
    [InlineData(1_050, false)]
    [InlineData(1_051, true)]
    [InlineData(500, false)]
    public void A_growth_of_more_than_five_percent_fails(long bytes, bool fails)
    {
        File.WriteAllText(_file, "# comment\nGET 1000\n");

        var finding = Assert.Single(AllocationFigures.Read(_file).Compare([new("GET", bytes)]));

        Assert.Equal(fails, finding.Fails);
    }

    [Fact]
    public void A_growth_is_told_with_what_to_do()
    {
        File.WriteAllText(_file, "GET 1000\n");

        var finding = Assert.Single(AllocationFigures.Read(_file).Compare([new("GET", 1_234)]));

        Assert.StartsWith("GET: allocates 1,234 bytes, 23.4 % more than its figure of 1,000.", finding.Text, StringComparison.Ordinal);
        Assert.Contains("raise the figure in tests/BackgroundTasks.Benchmarks/allocations.txt", finding.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_figure_that_nothing_measures_fails_and_so_does_an_operation_without_a_figure()
    {
        File.WriteAllText(_file, "GET 1000\n");

        var findings = AllocationFigures.Read(_file).Compare([new("PUT", 1_000)]);

        Assert.Equal(2, findings.Count);
        Assert.All(findings, finding => Assert.True(finding.Fails));
    }

    [Fact]
    public void Renewed_figures_keep_what_the_file_says_about_them()
    {
        File.WriteAllText(_file, "# comment\nGET 1000\n");

        AllocationFigures.Renew(_file, [new("GET", 900), new("POST", 3_000)]);

        Assert.Equal("# comment\nGET      900\nPOST    3000\n", File.ReadAllText(_file));
    }

    public void Dispose() => File.Delete(_file);
}

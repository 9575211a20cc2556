namespace BackgroundTasks.Benchmarks;

/// <summary>Fails if an operation allocates more than its committed figure allows: see allocations.txt.</summary>
internal static class Allocations
{
    public static async Task<int> RunAsync(string[] args)
    {
        var measured = await MeasuredOperations.MeasureAsync(added: 0, submits: 12_000);
        if (args is ["--renew"])
        {
            AllocationFigures.Renew(AllocationFigures.Path, measured);
            return 0;
        }

        var findings = AllocationFigures.Read(AllocationFigures.Path).Compare(measured);
        foreach (var finding in findings)
            Console.WriteLine(finding.Text);
        return findings.Any(finding => finding.Fails) ? 1 : 0;
    }
}

using System.Threading.Channels;

namespace BackgroundTasks.Api.Tests;

/// <summary>A handler's context that keeps what was reported.</summary>
internal sealed class FakeContext(Guid? id = null) : BackgroundTaskContext
{
    private readonly Channel<(double? Percent, string? Message)> _reports = Channel.CreateUnbounded<(double? Percent, string? Message)>();

    public override Guid Id { get; } = id ?? new BackgroundTaskIds(TimeProvider.System).Next();

    public override string Type => "test";

    public override int Attempt => 1;

    public override IServiceProvider Services => throw new NotSupportedException();

    /// <summary>The next report, once there is one.</summary>
    public ValueTask<(double? Percent, string? Message)> NextReportAsync() => _reports.Reader.ReadAsync();

    /// <summary>What was reported and not yet read.</summary>
    public IReadOnlyList<(double? Percent, string? Message)> Reports()
    {
        var reports = new List<(double?, string?)>();
        while (_reports.Reader.TryRead(out var report))
            reports.Add(report);
        return reports;
    }

    public override void ReportProgress(double? percent, string? message = null) => _reports.Writer.TryWrite((percent, message));
}

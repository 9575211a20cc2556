using System.Diagnostics;
using System.Threading.Channels;
using BackgroundTasks.Diagnostics;

namespace BackgroundTasks.Tests.Diagnostics;

/// <summary>Listens to the activities of one host, and to no other's.</summary>
internal sealed class ActivityRecorder : IDisposable
{
    private readonly Channel<Activity> _stopped = Channel.CreateUnbounded<Activity>();
    private readonly ActivityListener _listener;

    public ActivityRecorder(TaskHost host, ActivitySamplingResult sampling = ActivitySamplingResult.AllDataAndRecorded)
    {
        var source = host.Get<TaskActivities>().Source;
        _listener = new ActivityListener
        {
            ShouldListenTo = candidate => ReferenceEquals(candidate, source),
            Sample = (ref _) => sampling,
            ActivityStopped = activity => _stopped.Writer.TryWrite(activity),
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public bool IsEmpty => _stopped.Reader.Count == 0;

    /// <summary>The next activity that ends.</summary>
    public async Task<Activity> NextAsync() => await _stopped.Reader.ReadAsync().AsTask().WaitAsync(TaskHost.Guard);

    public void Dispose() => _listener.Dispose();
}

using Microsoft.Extensions.Options;

namespace BackgroundTasks.Api.Images;

/// <summary>
/// Bounds the memory of all images that are decoded at once: each takes its bytes from a budget of its own and from that of the process, or waits.
/// First come, first served. One image is always let in, so that a full process delays images and never stops them.
/// </summary>
internal sealed class ImageMemory(IOptions<ImageOptions> options, BackgroundTaskMemory budget)
{
    private readonly object _lock = new();
    private readonly LinkedList<Place> _waiting = new();
    private int _inside;
    private long _used;

    /// <summary>How many bytes all images may take at once.</summary>
    public long Limit { get; } = options.Value.MaxMemoryBytes ?? Math.Max(1, budget.Limit / 2);

    /// <summary>Waits until there is memory for an image, and takes it until the place is disposed. No thread waits.</summary>
    /// <param name="bytes">How much.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    public async Task<IDisposable> EnterAsync(long bytes, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var place = new Place(this, bytes);
        lock (_lock)
        {
            _waiting.AddLast(place);
            LetIn();
        }

        await using var registration = cancellationToken.Register(() => StopWaiting(place, cancellationToken));
        await place.Entered.Task;
        return place;
    }

    private void StopWaiting(Place place, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (!_waiting.Remove(place))
                return;

            // It may have been the first, and the next one may fit.
            LetIn();
        }

        place.Entered.TrySetCanceled(cancellationToken);
    }

    private void Leave(Place place)
    {
        lock (_lock)
        {
            _inside--;
            _used -= place.Bytes;
            budget.GiveBack(place.Bytes);
            LetIn();
        }
    }

    /// <summary>In order: a large image is not overtaken for ever by small ones.</summary>
    private void LetIn()
    {
        while (_waiting.First is { Value: var place } && TryTake(place.Bytes))
        {
            _waiting.RemoveFirst();
            _inside++;
            _used += place.Bytes;
            place.Entered.TrySetResult();
        }
    }

    private bool TryTake(long bytes)
    {
        if (_inside > 0)
            return _used + bytes <= Limit && budget.TryTake(bytes);
        budget.Take(bytes);
        return true;
    }

    private sealed class Place(ImageMemory memory, long bytes) : IDisposable
    {
        private int _left;

        public long Bytes { get; } = bytes;

        public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
                memory.Leave(this);
        }
    }
}

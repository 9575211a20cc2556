using System.Globalization;

namespace BackgroundTasks.Client.Http;

/// <summary>Ends the reconnecting to a stream that begins again and again and never brings anything.</summary>
internal sealed class Patience(BackgroundTasksClientOptions options)
{
    private long? _since;

    /// <summary>Something new came, or the stream was of use.</summary>
    public void Renew() => _since = null;

    /// <summary>A stream has ended without the end of its task.</summary>
    public void Spend(Call call, Exception? lost)
    {
        _since ??= options.TimeProvider.GetTimestamp();
        if (options.TimeProvider.GetElapsedTime(_since.Value) is var spent && spent > options.RetryTimeout)
            throw new ServiceUnreachableException(string.Create(CultureInfo.InvariantCulture, $"{call.Path} was connected to for {spent.TotalSeconds:0.#} s and each time ended without news. Check what stands between; it must not buffer or cut streams."), null, lost);
    }
}

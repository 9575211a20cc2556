namespace BackgroundTasks.Api.Tests.Torture;

/// <summary>A task that a client was promised, and all that it was told of it since.</summary>
internal sealed class PromisedTask(string id, Work work, bool isShared)
{
    private readonly Dictionary<string, string> _contents = [];
    private TaskFacts? _last;
    private bool _mayEndCanceled;
    private bool _retried;

    public string Id => id;

    /// <summary>Several submits with one unique key may have been answered with it.</summary>
    public bool IsShared => isShared;

    /// <summary>It was canceled when it was seen last: it may be tried again.</summary>
    public bool IsCanceled => _last is { Status: "canceled" };

    public bool HasEnded => _last is { IsTerminal: true };

    /// <summary>A cancel is about to be asked for.</summary>
    public void AskToCancel() => _mayEndCanceled = true;

    /// <summary>A retry is about to be asked for.</summary>
    public void AskToRetry() => _retried = true;

    /// <summary>A retry was heeded: no cancel is left that it could end by.</summary>
    public void IsRetried() => _mayEndCanceled = false;

    /// <summary>Told of it once more: nothing that was said before may be belied.</summary>
    public TaskFacts See(Answer answer)
    {
        var facts = answer.Task;
        if (facts.Id != id)
            Assert.Fail($"Asked for {id}, and was told of another: {answer}");
        if (facts.Version < _last?.Version)
            Assert.Fail($"The version fell. Before: {_last.Text} Now: {answer}");
        if (_contents.GetValueOrDefault(answer.ETag!, facts.Text) != facts.Text)
            Assert.Fail($"One ETag, two contents. Before: {_contents[answer.ETag!]} Now: {answer}");
        if (_last is { IsTerminal: true } && !_retried && facts.Text != _last.Text)
            Assert.Fail($"It had ended. Before: {_last.Text} Now: {answer}");
        if (facts.Status is "succeeded" && facts.Result != work.Result)
            Assert.Fail($"The result must be {work.Result}: {answer}");
        if (facts.Status is "failed" || (facts.Status is "canceled" && !_mayEndCanceled))
            Assert.Fail($"Nothing lets it end like this: {answer}");
        _contents[answer.ETag!] = facts.Text;
        _retried &= _last is { Version: var version } && version == facts.Version;
        _last = facts;
        return facts;
    }
}

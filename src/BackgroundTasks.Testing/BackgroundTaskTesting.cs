using System.Runtime.CompilerServices;
using Microsoft.Extensions.Time.Testing;

namespace BackgroundTasks.Testing;

/// <summary>
/// The background tasks of one host in the hands of a test: runs them, tells what was enqueued, and moves the clock. Resolve it from the host's services.
/// Handlers run one at a time, as the application's own workers would call them; limits of a type hold nothing back, a paused queue does.
/// </summary>
public sealed class BackgroundTaskTesting
{
    /// <summary>A chain of tasks that enqueue each other may have no end.</summary>
    private const int MostRounds = 10_000;

    private readonly TestTime _time;
    private readonly TestRunner _runner;
    private readonly SubmittedTasks _submitted;

    internal BackgroundTaskTesting(TestTime time, TestRunner runner, SubmittedTasks submitted) => (_time, _runner, _submitted) = (time, runner, submitted);

    /// <summary>The application's clock. Moved by <see cref="AdvanceAsync"/>; moved directly, it queues what is due only at the next drain or advance.</summary>
    public FakeTimeProvider Clock => _time.Clock;

    /// <summary>
    /// Runs what is due now, one attempt each: the higher priority first, equals as they were queued. What waits for a later time, as a retry does, is left.
    /// A handler that waits by the clock goes on when it is moved: start the drain, advance, then await the drain.
    /// </summary>
    /// <param name="includeEnqueued">Whether to go on with what the handlers enqueue, until nothing is due.</param>
    /// <param name="cancellationToken">Gives the wait up; a handler that runs goes on.</param>
    /// <returns>The tasks that ran, in that order, as their attempts left them: with a result, with an error, or waiting for another attempt.</returns>
    /// <exception cref="InvalidOperationException">What was enqueued has enqueued more 10,000 times over, and there is no end of it.</exception>
    public async Task<IReadOnlyList<BackgroundTask>> DrainAsync(bool includeEnqueued = false, CancellationToken cancellationToken = default)
    {
        List<BackgroundTask> ran = [];
        for (var round = 0; round < MostRounds; round++)
        {
            var before = ran.Count;
            await _time.ReleaseDueAsync(cancellationToken);
            await _runner.RunHeldAsync(ran, cancellationToken);
            if (!includeEnqueued || ran.Count == before)
                return ran;
        }

        throw new InvalidOperationException($"What was enqueued has enqueued more {MostRounds:N0} times over. Does '{ran[^1].Type}' enqueue itself without a delay?");
    }

    /// <summary>
    /// Moves the clock from one due time to the next, and on to its end. What becomes due is queued, or run where tasks run inline;
    /// what is past its retention is removed. All that is done when it completes. An attempt whose time is over is told so, and ends as soon as it heeds that.
    /// </summary>
    /// <param name="by">How far; zero or more.</param>
    /// <param name="cancellationToken">Gives the wait up, on the way.</param>
    public Task AdvanceAsync(TimeSpan by, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        return _time.AdvanceAsync(by, cancellationToken);
    }

    /// <summary>What was accepted for handlers of this payload, over HTTP too, in its order; whether it has run or not.</summary>
    /// <typeparam name="TPayload">The handler's payload type.</typeparam>
    /// <param name="type">Only this task type.</param>
    /// <exception cref="ArgumentException">No handler takes this payload, or none of this type.</exception>
    public IReadOnlyList<EnqueuedTask<TPayload>> Enqueued<TPayload>(string? type = null) => _submitted.Of<TPayload>(type);

    /// <summary>The one task that was enqueued with such a payload.</summary>
    /// <typeparam name="TPayload">The handler's payload type.</typeparam>
    /// <param name="matches">What the payload is to be; null: any.</param>
    /// <param name="type">Only this task type.</param>
    /// <param name="expression">Filled in by the compiler, for the message.</param>
    /// <exception cref="BackgroundTaskAssertionException">There is none, or more than one.</exception>
    /// <exception cref="ArgumentException">No handler takes this payload, or none of this type.</exception>
    public EnqueuedTask<TPayload> AssertEnqueued<TPayload>(Func<TPayload, bool>? matches = null, string? type = null, [CallerArgumentExpression(nameof(matches))] string? expression = null)
    {
        var found = Matching(matches, type);
        return found.Count == 1 ? found[0] : throw Unexpected<TPayload>("one", found.Count, type, expression);
    }

    /// <summary>Nothing was enqueued with such a payload.</summary>
    /// <typeparam name="TPayload">The handler's payload type.</typeparam>
    /// <param name="matches">What the payload is not to be; null: any.</param>
    /// <param name="type">Only this task type.</param>
    /// <param name="expression">Filled in by the compiler, for the message.</param>
    /// <exception cref="BackgroundTaskAssertionException">There is one, or more.</exception>
    /// <exception cref="ArgumentException">No handler takes this payload, or none of this type.</exception>
    public void AssertNotEnqueued<TPayload>(Func<TPayload, bool>? matches = null, string? type = null, [CallerArgumentExpression(nameof(matches))] string? expression = null)
    {
        var found = Matching(matches, type);
        if (found.Count > 0)
            throw Unexpected<TPayload>("no", found.Count, type, expression);
    }

    private List<EnqueuedTask<TPayload>> Matching<TPayload>(Func<TPayload, bool>? matches, string? type) =>
        [.. Enqueued<TPayload>(type).Where(task => matches?.Invoke(task.Payload) ?? true)];

    private BackgroundTaskAssertionException Unexpected<TPayload>(string expected, int found, string? type, string? expression) => new(
        $"Expected {expected} task{(type is null ? "" : $" of the type '{type}'")} with a {typeof(TPayload).Name}{(expression is null ? "" : $" that matches {expression}")}, found {found}. {_submitted.Describe()}");
}

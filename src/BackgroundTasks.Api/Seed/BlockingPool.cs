namespace BackgroundTasks.Api.Seed;

/// <summary>
/// Threads of its own for work that blocks, so that it takes none from requests and tasks. They are made when needed, up to a bound,
/// and end after some idle time; a bounded number of work items waits for them, and more is refused.
/// </summary>
/// <param name="threads">How many threads at most.</param>
/// <param name="waiting">How many work items may wait for a thread.</param>
/// <param name="idle">How long a thread waits for work before it ends.</param>
internal sealed class BlockingPool(int threads, int waiting, TimeSpan idle)
{
    private readonly object _guard = new();
    private readonly LinkedList<Work> _queue = new();
    private int _threads;
    private int _outstanding;

    /// <summary>40 threads, the number of the seed's thread pool; 400 more may wait; ten idle seconds.</summary>
    public BlockingPool()
        : this(40, 400, TimeSpan.FromSeconds(10))
    {
    }

    /// <summary>How much runs or waits for a thread.</summary>
    public int Outstanding
    {
        get
        {
            lock (_guard)
                return _outstanding;
        }
    }

    /// <summary>Runs work on a thread of the pool, in the order of the calls.</summary>
    /// <param name="work">The work. It may block.</param>
    /// <param name="completion">Completes with the work, and fails with its exception; completed where it was refused.</param>
    /// <param name="cancellationToken">Takes the work back while it waits for a thread: its place is free at once, and the completion is cancelled.</param>
    /// <returns>False where as much as may wait already waits: the work is not run.</returns>
    public bool TryRun(Action work, out Task completion, CancellationToken cancellationToken = default)
    {
        var item = new Work(work);
        lock (_guard)
        {
            completion = Task.CompletedTask;
            if (_outstanding == threads + waiting)
                return false;

            // Before anything is counted: where no thread can be made, nothing has happened. It waits for the lock until the work is there.
            if (_outstanding >= _threads && _threads < threads)
                StartThread();
            _outstanding++;
            _queue.AddLast(item.Place);
            item.TakeBackFrom(this, cancellationToken);
            Monitor.Pulse(_guard);
        }

        completion = item.Completion;
        return true;
    }

    private void StartThread()
    {
        // Unsafe: the thread outlives the request that needs it, and must not carry that request's context.
        new Thread(RunAll) { IsBackground = true, Name = nameof(BlockingPool) }.UnsafeStart();
        _threads++;
    }

    private void RunAll()
    {
        while (Take() is { } work)
        {
            work.Run();
            lock (_guard)
                _outstanding--;
            work.Complete();
        }
    }

    private void TakeBack(Work work)
    {
        lock (_guard)
        {
            // It has begun: its own token ends it.
            if (work.Place.List is null)
                return;
            _queue.Remove(work.Place);
            _outstanding--;
        }

        work.Cancel();
    }

    /// <summary>The next work; null where none came in the idle time: the thread is no longer counted, and ends.</summary>
    private Work? Take()
    {
        lock (_guard)
        {
            while (true)
            {
                if (_queue.First is { } first)
                {
                    _queue.RemoveFirst();
                    return first.Value;
                }

                if (Monitor.Wait(_guard, idle) || _queue.Count > 0)
                    continue;
                _threads--;
                return null;
            }
        }
    }

    /// <summary>One work item: its outcome is told only after the pool has counted it out, so that who awaited it finds a free place.</summary>
    private sealed class Work
    {
        private readonly Action _action;
        private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private Exception? _failure;
        private CancellationTokenRegistration _registration;

        public Work(Action action)
        {
            _action = action;
            Place = new(this);
        }

        /// <summary>Its place in the queue, while it waits there.</summary>
        public LinkedListNode<Work> Place { get; }

        public Task Completion => _completion.Task;

        public void TakeBackFrom(BlockingPool pool, CancellationToken cancellationToken) =>
            _registration = cancellationToken.UnsafeRegister(static state =>
            {
                var (pool, work) = ((BlockingPool, Work))state!;
                pool.TakeBack(work);
            }, (pool, this));

        public void Cancel() => _completion.TrySetCanceled();

        public void Run()
        {
            try
            {
                _action();
            }
            catch (Exception exception)
            {
                // Any failure is the caller's to see, and must not end the process with this thread.
                _failure = exception;
            }
        }

        public void Complete()
        {
            _registration.Unregister();
            if (_failure is null)
                _completion.SetResult();
            else
                _completion.SetException(_failure);
        }
    }
}

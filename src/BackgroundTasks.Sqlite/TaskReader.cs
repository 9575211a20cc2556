namespace BackgroundTasks.Sqlite;

/// <summary>Reads ended tasks over a connection of its own. For one caller at a time.</summary>
internal sealed class TaskReader : IDisposable
{
    /// <summary>Without payload and result, which may be long: a step would read them, also of a row that a list passes over.</summary>
    private const string Columns = "number, id, state, version, type, queue, created, finished, standing, submission";
    private static readonly Comparer<Guid> AsMade = Comparer<Guid>.Create(BackgroundTaskIds.Compare);
    private static readonly IEnumerable<int> States = Enumerable.Range((int)BackgroundTaskState.Succeeded, 3);

    /// <summary>What a task takes beside its payload and its result.</summary>
    private const int BytesBesideContents = 1_024;
    private readonly Database _database;
    private readonly DamagedRows _damaged;
    private readonly Statement _find;
    private readonly Statement _findByKey;
    private readonly Statement _contents;
    private readonly Statement _payload;
    private readonly Statement _finishedPayload;
    private readonly OldestRows _oldest;
    private readonly FinishedRows[] _newest;
    private readonly FinishedRows[] _newestStrays;

    public TaskReader(SqliteStoreOptions options, DamagedRows damaged)
    {
        _damaged = damaged;
        _database = new Database(options, creates: false);
        try
        {
            _database.Execute("PRAGMA query_only = ON");
            _find = _database.Prepare($"SELECT {Columns} FROM finished WHERE state IN (3, 4, 5) AND id = ?1");
            _findByKey = _database.Prepare($"SELECT {Columns} FROM finished WHERE number = ?1 AND idempotency_key = ?2");
            _contents = _database.Prepare("SELECT payload, result, payload IS NULL AND state <> 3 FROM finished WHERE number = ?1");
            _payload = _database.Prepare("SELECT payload FROM payloads WHERE seq = ?1");
            _finishedPayload = _database.Prepare("SELECT coalesce(finished.payload, payloads.payload) FROM finished LEFT JOIN payloads ON finished.payload IS NULL AND payloads.seq = finished.seq WHERE state IN (4, 5) AND id = ?1");
            _oldest = new OldestRows(_database);
            _newest = [.. States.Select(state => new FinishedRows(_database, damaged, Columns, state, strays: false))];
            _newestStrays = [.. States.Select(state => new FinishedRows(_database, damaged, Columns, state, strays: true))];
        }
        catch
        {
            _database.Dispose();
            throw;
        }
    }

    /// <summary>The tasks that finished first.</summary>
    public List<FinishedRow> Oldest(LeftRows left) => _oldest.Read(left);

    public BackgroundTask? Find(Guid id)
    {
        try
        {
            return ReadOne(_find.Bind(1, id));
        }
        catch (SqliteFault fault) when (fault.IsOfDamage)
        {
            // It is there, as the index has told: an unknown id is not looked for on any page of rows.
            _damaged.Skip(FinishedIndex.NumberOf(_database, id), id.ToString("N"), DamagedRows.OnDamagedPage);
            return null;
        }
    }

    /// <summary>The first of some tasks that has a key.</summary>
    public BackgroundTask? FindByKey(string key, IReadOnlyList<long> numbers)
    {
        foreach (var number in numbers)
        {
            try
            {
                if (ReadOne(_findByKey.Bind(1, number).Bind(2, key)) is { } task)
                    return task;
            }
            catch (SqliteFault fault) when (fault.IsOfDamage)
            {
                if (!_damaged.IsKnown(number))
                    _damaged.Skip(number, FinishedIndex.NameOf(_database, number), DamagedRows.OnDamagedPage);
            }
        }

        return null;
    }

    /// <summary>The payload of a task: of an active one by its key, of a finished one by its id.</summary>
    public ReadOnlyMemory<byte>? ReadPayload(Guid id, long? row)
    {
        try
        {
            return row is { } active ? ReadPayload(_payload.Bind(1, active)) : ReadPayload(_finishedPayload.Bind(1, id));
        }
        catch (SqliteFault fault) when (fault.IsOfDamage)
        {
            // It will not be whole again: its task must not wait for it, with a worker and a part of the memory, until the next start.
            _damaged.LosePayload(id);
            return null;
        }
    }

    /// <summary>As <see cref="IBackgroundTaskJournal.ListAsync"/>.</summary>
    public JournalPage List(BackgroundTaskFilter filter, Guid? below, int maxRecords)
    {
        var rows = RowsOf(_newest, filter);
        rows.ForEach(row => BeginRange(row, filter, below));

        // Their ids tell another time than that of their creation: these are looked through.
        if (filter.CreatedAfter is not null || filter.CreatedBefore is not null)
        {
            var strays = RowsOf(_newestStrays, filter);
            strays.ForEach(row => row.Begin(below, Guid.Empty));
            rows.AddRange(strays);
        }

        try
        {
            return Merge([.. rows.Where(row => row.StepToId())], filter, below, maxRecords);
        }
        finally
        {
            rows.ForEach(row => row.Reset());
        }
    }

    public void Dispose() => _database.Dispose();

    private static List<FinishedRows> RowsOf(FinishedRows[] byState, BackgroundTaskFilter filter) =>
        [.. byState.Where((_, index) => filter.States.Count == 0 || filter.States.Contains(BackgroundTaskState.Succeeded + index))];

    /// <summary>Times of creation are a range of ids.</summary>
    private static void BeginRange(FinishedRows rows, BackgroundTaskFilter filter, Guid? below)
    {
        Guid? end = filter.CreatedBefore is { } before ? BackgroundTaskIds.LowestAt(before, BackgroundTaskIds.Tolerance + TimeSpan.FromMilliseconds(1)) : null;
        rows.Begin(
            end is { } time && (below is not { } id || BackgroundTaskIds.Compare(time, id) < 0) ? time : below,
            filter.CreatedAfter is { } after ? BackgroundTaskIds.LowestAt(after, -BackgroundTaskIds.Tolerance) : Guid.Empty);
    }

    /// <summary>The rows of each statement come newest first, and so do those of all.</summary>
    private JournalPage Merge(List<FinishedRows> rows, BackgroundTaskFilter filter, Guid? below, int maxRecords)
    {
        var found = new List<BackgroundTask>();
        var (resume, bytes, looked) = (below, 0L, 0);
        while (rows.Count > 0)
        {
            if (found.Count >= filter.PageSize || looked >= maxRecords)
                return new(found, resume) { Looked = looked };
            looked++;
            var newest = rows.MaxBy(row => row.Row.Id(1), AsMade)!.Row;
            var id = newest.Id(1);
            if (ReadMatching(filter, newest) is { } task)
            {
                bytes += BytesOf(task);
                if (found.Count > 0 && bytes > filter.PageBytes)
                    return new(found, resume) { Looked = looked };
                found.Add(task);
            }

            resume = id;

            // A stray may be met in two of them.
            rows.RemoveAll(row => row.Row.Id(1) == id && !row.StepToId());
        }

        return new(found, null) { Looked = looked };
    }

    /// <summary>What the head of the row rules out is not read whole.</summary>
    private BackgroundTask? ReadMatching(BackgroundTaskFilter filter, Statement row)
    {
        if (!MayMatch(filter, row))
            return null;
        if (filter.WithoutContents || filter.Tags is not null)
        {
            var head = Read(row, whole: false);
            if (filter.WithoutContents || head is null || !filter.Matches(head))
                return head is not null && filter.Matches(head) ? head : null;
        }

        return Read(row) is { } task && filter.Matches(task) ? task : null;
    }

    private static long BytesOf(BackgroundTask task) => BytesBesideContents + task.Result.Length + task.Submission.Payload.Length + (2L * (task.Error?.Message.Length ?? 0));

    private static bool MayMatch(BackgroundTaskFilter filter, Statement row) =>
        (filter.Type is null || filter.Type == row.Text(4))
        && (filter.Queue is null || filter.Queue == row.Text(5))
        && (filter.CreatedAfter is null || row.Number(6) >= filter.CreatedAfter.Value.UtcTicks)
        && (filter.CreatedBefore is null || row.Number(6) < filter.CreatedBefore.Value.UtcTicks);

    private BackgroundTask? ReadOne(Statement statement)
    {
        try
        {
            while (statement.Step())
            {
                if (Read(statement) is { } task)
                    return task;
            }

            return null;
        }
        finally
        {
            statement.Reset();
        }
    }

    private static ReadOnlyMemory<byte>? ReadPayload(Statement statement)
    {
        try
        {
            if (!statement.Step() || statement.IsNull(0))
                return null;
            return statement.Bytes(0).ToArray();
        }
        finally
        {
            statement.Reset();
        }
    }

    /// <summary>A task, or null for a row that is damaged; not whole: without its payload and its result, which may be long.</summary>
    private BackgroundTask? Read(Statement row, bool whole = true)
    {
        try
        {
            return ReadRow(row, whole);
        }
        catch (Exception exception) when (SqliteFault.IsOfUnreadableRow(exception))
        {
            _damaged.Skip(row.Number(0), DamagedRows.NameOf(row, 1), exception.Message);
            return null;
        }
    }

    private BackgroundTask ReadRow(Statement row, bool whole)
    {
        if (row.Number(2) is < (int)BackgroundTaskState.Succeeded or > (int)BackgroundTaskState.Canceled)
            throw new FormatException($"No finished task has the state {row.Number(2)}.");
        if (row.Number(3) < 1)
            throw new FormatException($"No task has the version {row.Number(3)}.");
        var (payload, result, isPayloadInStore) = whole ? ReadContents(row.Number(0)) : ([], [], false);
        if (result.Length > 0)
            JsonReading.Check(result);
        var submission = SubmissionText.Read(row.Bytes(9), row.Id(1), row.Text(4), row.Text(5), new(row.Number(6), TimeSpan.Zero), payload, isPayloadInStore);
        var columns = new StandingColumns(submission, (BackgroundTaskState)row.Number(2), row.Number(3), row.IsNull(7) ? null : new(row.Number(7), TimeSpan.Zero), result);
        var task = StandingText.Read(row.Bytes(8), columns, crashesSince: 0);
        if (task is { State: BackgroundTaskState.Failed, Error: null })
            throw new FormatException("It has failed and has no error.");
        return task;
    }

    /// <summary>A payload that has a row of its own stays there: nobody but a run needs it.</summary>
    private (byte[] Payload, byte[] Result, bool IsPayloadInStore) ReadContents(long number)
    {
        try
        {
            return _contents.Bind(1, number).Step() ? (_contents.Bytes(0).ToArray(), _contents.Bytes(1).ToArray(), _contents.Number(2) != 0) : ([], [], false);
        }
        catch (SqliteFault fault) when (fault.IsOfDamage)
        {
            // Of the pages of this row alone: those of its head could be read.
            throw new FormatException("Its payload or its result lies on a damaged page.", fault);
        }
        finally
        {
            _contents.Reset();
        }
    }
}

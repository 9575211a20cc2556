using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace BackgroundTasks;

/// <summary>The settings. They are checked when the host starts; a bad one stops it with a message that names it.</summary>
public sealed class BackgroundTasksOptions
{
    /// <summary>The queue of every task type that names no other.</summary>
    public const string DefaultQueue = "default";

    /// <summary>The queues by name. One called <c>default</c> is always there.</summary>
    public Dictionary<string, BackgroundTaskQueueOptions> Queues { get; } = new(StringComparer.Ordinal);

    /// <summary>
    /// The tag whose value names a task's tenant; <c>tenant</c> by default. Tenants share a queue in turn: among tasks of equal priority one of each is
    /// started before the next of any. Tasks without the tag are one more tenant; empty switches it off.
    /// </summary>
    public string TenantTag { get; set; } = "tenant";

    /// <summary>How long a task is kept after it ended; 24 hours by default.</summary>
    public TimeSpan Retention { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How many ended tasks are kept at most, the oldest going first; 100,000 by default.</summary>
    [Range(0, int.MaxValue)]
    public int MaxRetained { get; set; } = 100_000;

    /// <summary>
    /// How long a stop waits for what runs and waits in this process; 8 seconds by default. What still runs then is interrupted. With <see cref="StopGrace"/> and
    /// the half second that the rest of the host gets, a stop takes less than the ten seconds after which <c>docker stop</c> kills.
    /// </summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(8);

    /// <summary>How long handlers that are interrupted by a stop may take to heed their token; 1 second by default. A run that takes longer is lost with the process.</summary>
    public TimeSpan StopGrace { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a request may wait for a task; 60 seconds by default.</summary>
    public TimeSpan MaxWait { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How many bytes a second all followers of <c>GET /events</c> together may be sent; by default 50,000,000 for each processor. Each write counts as 16,384 bytes more,
    /// so that many followers get their events in fewer, larger writes. One that falls 16 MB behind is closed: it connects again and reads the list.
    /// </summary>
    [Range(typeof(long), "100000", "9223372036854775807")]
    public long? MaxFeedBytesPerSecond { get; set; }

    /// <summary>
    /// How long a failed attempt may put the next one off at most (<see cref="BackgroundTaskException.RetryAfter"/>, such as a receiver's <c>Retry-After</c>); a day by default.
    /// A longer time is taken as this one.
    /// </summary>
    public TimeSpan MaxRetryAfter { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How large a payload may be, in bytes of JSON; 1 MB (1,048,576) by default.</summary>
    [Range(1, 1 << 30)]
    public int MaxPayloadBytes { get; set; } = 1024 * 1024;

    /// <summary>How large a result may be, in bytes of JSON; 1 MB (1,048,576) by default. A larger one fails its task.</summary>
    [Range(1, 1 << 30)]
    public int MaxResultBytes { get; set; } = 1024 * 1024;

    /// <summary>
    /// How many bytes of payloads, results and request bodies this process may hold in memory at once; by default half of the memory that it may use.
    /// A submit that does not fit is refused with 503 until there is room.
    /// </summary>
    [Range(typeof(long), "1048576", "9223372036854775807")]
    public long? MaxMemoryBytes { get; set; }

    /// <summary>
    /// How many bytes of <see cref="MaxMemoryBytes"/> finished tasks may take with the store in memory, the oldest going first; by default half of them,
    /// and at most three quarters: what is kept must leave room for what is to run. A store in a file does not need it.
    /// </summary>
    [Range(typeof(long), "0", "9223372036854775807")]
    public long? MaxRetainedBytes { get; set; }

    /// <summary>
    /// How long the body of a request may take to come: 30 seconds by default, and a second more for each 64 KB of its length. What comes later is refused with 408.
    /// </summary>
    public TimeSpan BodyTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How many bytes of payloads and results one page of <c>GET /tasks</c> holds in memory, and about 1 KB a task; 4 MB (4,194,304) by default.
    /// A page that reaches it is shorter and has a token; it holds at least one task, however large.
    /// </summary>
    [Range(typeof(long), "1", "9223372036854775807")]
    public long MaxPageBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>
    /// How many runs of a task may be lost with their process before it fails; 3 by default. Lost runs do not count as attempts.
    /// Tasks that would fail by one more loss run one at a time in a process, so that one which kills it takes no other along.
    /// Matters with a store that outlives the process.
    /// </summary>
    [Range(1, 1_000)]
    public int MaxLostRuns { get; set; } = 3;

    /// <summary>How many tasks may be scheduled by a submit at once; 1,000,000 by default. One more is refused; a retry that waits never is.</summary>
    [Range(0, int.MaxValue)]
    public int MaxScheduled { get; set; } = 1_000_000;

    /// <summary>How many pieces of work may wait to run after their response; 100,000 by default.</summary>
    [Range(1, int.MaxValue)]
    public int MaxPendingAfterResponse { get; set; } = 100_000;

    /// <summary>How many requests' work runs side by side after their responses; 64 by default.</summary>
    [Range(1, 10_000)]
    public int AfterResponseConcurrency { get; set; } = 64;

    /// <summary>
    /// How payloads are read and results written: camelCase, unknown and doubled members refused, null refused where the type does not allow it.
    /// Add a source-generated context to its <c>TypeInfoResolverChain</c> to work without reflection.
    /// </summary>
    public JsonSerializerOptions SerializerOptions { get; } = Payloads.PayloadJson.CreateOptions();

    /// <summary>The setting, or its default.</summary>
    internal long FeedBytesPerSecond() => MaxFeedBytesPerSecond ?? 50_000_000L * Environment.ProcessorCount;

    /// <summary>How long a body of so many bytes may take: <see cref="BodyTimeout"/>, and a second for each 64 KB.</summary>
    /// <param name="bytes">Its length.</param>
    public TimeSpan BodyTimeoutOf(long bytes) => BodyTimeout + TimeSpan.FromSeconds(bytes / (double)(64 * 1024));

    /// <summary>The queues that were named, and the default one.</summary>
    internal IReadOnlyDictionary<string, BackgroundTaskQueueOptions> AllQueues() => Queues.ContainsKey(DefaultQueue)
        ? Queues
        : new Dictionary<string, BackgroundTaskQueueOptions>(Queues, StringComparer.Ordinal) { [DefaultQueue] = new() };
}

/// <summary>The settings of one queue.</summary>
public sealed class BackgroundTaskQueueOptions
{
    /// <summary>How many of its tasks run at once; 100 by default: one whose handler awaits costs no thread.</summary>
    [Range(1, 100_000)]
    public int Workers { get; set; } = 100;

    /// <summary>
    /// How many of these may be tasks whose handlers compute or block (<see cref="BackgroundTaskTypeOptions.Blocking"/>), each on a thread of its own;
    /// four per processor, at least eight, by default. If it is more than <see cref="Workers"/>, that number counts. Further ones wait, and let tasks of other types pass.
    /// </summary>
    [Range(1, 100_000)]
    public int BlockingWorkers { get; set; } = Math.Max(8, 4 * Environment.ProcessorCount);

    /// <summary>How many of its tasks may be queued; 100,000 by default. One more is refused.</summary>
    [Range(1, int.MaxValue)]
    public int Capacity { get; set; } = 100_000;
}

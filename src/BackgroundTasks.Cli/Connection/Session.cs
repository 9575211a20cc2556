using System.CommandLine;
using BackgroundTasks.Client;

namespace BackgroundTasks.Cli.Connection;

/// <summary>The service, for as long as one command runs.</summary>
internal sealed class Session : IDisposable
{
    /// <summary>A wrong address is told soon.</summary>
    private static readonly TimeSpan FirstPatience = TimeSpan.FromSeconds(5);

    /// <summary>A service that has answered comes back: what stops it orderly needs as long.</summary>
    private static readonly TimeSpan LaterPatience = TimeSpan.FromSeconds(60);

    private readonly HttpClient _http;

    /// <exception cref="CommandFailure">There is no valid address.</exception>
    public Session(ParseResult input)
    {
        var address = ConnectionOptions.AddressOf(input);
        Address = address.AbsoluteUri.EndsWith('/') ? address : new Uri(address.AbsoluteUri + "/");
        _http = new HttpClient { BaseAddress = Address, Timeout = Timeout.InfiniteTimeSpan };
        var given = input.GetValue(ConnectionOptions.RetryFor);
        Client = new BackgroundTasksClient(_http, OptionsFor(given ?? FirstPatience));
        PatientClient = new BackgroundTasksClient(_http, OptionsFor(given ?? LaterPatience));
        Images = new ImageClient(_http, given ?? FirstPatience);
    }

    public Uri Address { get; }

    public BackgroundTasksClient Client { get; }

    /// <summary>For what follows once the service has answered.</summary>
    public BackgroundTasksClient PatientClient { get; }

    public ImageClient Images { get; }

    /// <summary>The task.</summary>
    /// <exception cref="CommandFailure">There is none with this id.</exception>
    public async Task<BackgroundTaskSnapshot> GetAsync(string id, CancellationToken cancellationToken) =>
        await Client.FindAsync(id, cancellationToken) ?? throw Failures.NotFound(id);

    /// <summary>The tasks, each once, in the order given.</summary>
    /// <exception cref="CommandFailure">There is none with one of these ids.</exception>
    public async Task<IReadOnlyList<BackgroundTaskSnapshot>> GetAllAsync(IEnumerable<string> ids, CancellationToken cancellationToken)
    {
        var tasks = new List<BackgroundTaskSnapshot>();
        foreach (var id in ids.Distinct())
            tasks.Add(await GetAsync(id, cancellationToken));
        return [.. tasks.DistinctBy(static task => task.Id)];
    }

    public void Dispose() => _http.Dispose();

    private static BackgroundTasksClientOptions OptionsFor(TimeSpan retryFor) => new()
    {
        // Who wants no repetition still wants an answer.
        RetryTimeout = Between(TimeSpan.FromSeconds(2), retryFor, TimeSpan.FromHours(12)),
        MaxRetryDelay = TimeSpan.FromSeconds(2),

        // A held answer that is lost is sought for as long as it would have been held, and then for the retry's time.
        PollWait = Between(TimeSpan.FromSeconds(1), retryFor, TimeSpan.FromSeconds(30)),
    };

    private static TimeSpan Between(TimeSpan least, TimeSpan value, TimeSpan most) => value < least ? least : value > most ? most : value;
}

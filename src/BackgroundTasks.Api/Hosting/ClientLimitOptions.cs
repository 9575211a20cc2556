namespace BackgroundTasks.Api.Hosting;

/// <summary>How much one client may submit: <c>BackgroundTasks:ClientLimit</c>.</summary>
internal sealed class ClientLimitOptions
{
    /// <summary>How many submits a client, by its address, has in each window; no limit by default. One more is 429 with <c>Retry-After</c>.</summary>
    public int? Permits { get; set; }

    /// <summary>The window; a minute by default, a day at most.</summary>
    public TimeSpan Window { get; set; } = TimeSpan.FromMinutes(1);
}

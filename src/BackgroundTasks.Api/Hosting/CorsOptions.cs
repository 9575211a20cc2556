namespace BackgroundTasks.Api.Hosting;

/// <summary>Pages of other origins: <c>BackgroundTasks:Cors</c>.</summary>
internal sealed class CorsOptions
{
    /// <summary>Origins whose pages may call the service, such as <c>https://example.org</c>; none by default.</summary>
    public string[] Origins { get; set; } = [];
}

namespace BackgroundTasks.Api.Hosting;

/// <summary>Where the service listens when nobody says otherwise.</summary>
internal static class ListenExtensions
{
    /// <summary>A fall-back in code: a <c>Urls</c> in appsettings.json would win over the environment.</summary>
    /// <param name="builder">The service.</param>
    /// <param name="url">The address.</param>
    public static void ListenByDefaultOn(this WebApplicationBuilder builder, string url)
    {
        string[] settings = [WebHostDefaults.ServerUrlsKey, WebHostDefaults.HttpPortsKey, WebHostDefaults.HttpsPortsKey];
        if (settings.All(setting => string.IsNullOrEmpty(builder.Configuration[setting])) && !builder.Configuration.GetSection("Kestrel:Endpoints").Exists())
            builder.WebHost.UseUrls(url);
    }

    /// <summary>Opens the data folder, and gives it to whoever asks.</summary>
    /// <param name="builder">The service.</param>
    public static void AddDataDirectory(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(DataDirectory.Open(builder.Configuration));
        builder.Services.AddHostedService<DataDirectoryCheck>();
    }
}

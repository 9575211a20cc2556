using BackgroundTasks.Api.Hosting;
using BackgroundTasks.Api.Images;
using BackgroundTasks.Api.Notifications;
using BackgroundTasks.Api.Primes;
using BackgroundTasks.Api.PushNotifications;
using BackgroundTasks.Api.Seed;
using BackgroundTasks.Api.Swagger;
using BackgroundTasks.Api.Waiting;

return ServiceRun.ToExitCode(args, () =>
{
    var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = StartArguments.Of(args), ContentRootPath = AppContext.BaseDirectory });
    builder.CheckSettings(args);
    builder.ListenByDefaultOn("http://localhost:5080");
    builder.AddDataDirectory();
    builder.AddLogging();
    builder.AddLifetime();
    builder.AddProblems();
    builder.AddConnectionLimit();
    builder.AddBrowserOrigins();
    builder.AddClientLimit();
    builder.AddSwagger();

    builder.AddTaskSettings();
    builder.Services.AddBackgroundTasks()
        .UseConfiguredStorage(builder.Configuration)
        .AddNotifications()
        .AddImages()
        .AddPushNotifications()
        .AddPrimes()
        .AddWaiting();
    builder.Services.AddSeed();
    builder.Services.AddHostedService<StopReport>();

    var app = builder.Build();
    TypeSettings.CheckNames(app);
    TaskStorage.CheckNothingIsLeftBehind(app);
    app.UseMiddleware<RequestLog>();
    app.UseLoopbackHosts();
    app.UseOtherSitesRefusal();
    app.UseProblems();
    app.UseBrowserOrigins();
    app.UseClientLimit();
    app.UseSwaggerPages();

    app.MapBackgroundTasks().LimitSubmits();
    app.MapImages().LimitSubmits();
    app.MapSeed().LimitSubmits();
    app.MapHealth();
    return app;
});

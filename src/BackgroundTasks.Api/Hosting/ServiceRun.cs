namespace BackgroundTasks.Api.Hosting;

/// <summary>Runs the service; why it cannot start is told in one line, not in a stack trace.</summary>
internal static class ServiceRun
{
    /// <summary>0 after a stop in order, also of a start; 1 if it could not start, or not stop in order.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="build">Builds the service.</param>
    public static int ToExitCode(string[] arguments, Func<WebApplication> build)
    {
        ServiceLifetime? lifetime = null;
        var isStarted = false;
        try
        {
            if (ServiceHelp.AnswerTo(arguments) is { } answer)
            {
                Console.Out.Write(answer);
                return 0;
            }

            var app = build();
            lifetime = app.Services.GetService<IHostLifetime>() as ServiceLifetime;
            app.Lifetime.ApplicationStarted.Register(() => isStarted = true);
            app.Run();
            return 0;
        }
        catch (Exception exception) when (lifetime?.IsStopAsked is true && (!isStarted || exception is OperationCanceledException))
        {
            // A start that was told to stop fails in whatever it had begun; nothing has run yet, and nothing is lost.
            return 0;
        }
        catch (Exception exception)
        {
            // The boundary of the process: out of here, it would be a stack on the console and an abort. The log's file has all of it.
            foreach (var line in StartFailure.Describe(exception))
                Console.Error.WriteLine($"The service {(isStarted ? "did not stop in order" : "cannot start")}: {ConsoleText.OneLine(line)}");
            return 1;
        }
    }
}

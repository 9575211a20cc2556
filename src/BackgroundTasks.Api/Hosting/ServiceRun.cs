using Microsoft.Extensions.Options;

namespace BackgroundTasks.Api.Hosting;

/// <summary>Runs the service; a setting that stops it is told in one line, not in a stack trace.</summary>
internal static class ServiceRun
{
    /// <summary>0 after an ordered stop; 1 where a setting is wrong.</summary>
    /// <param name="run">Builds the service and runs it.</param>
    public static int ToExitCode(Action run)
    {
        try
        {
            run();
            return 0;
        }
        catch (Exception exception) when (IsFaultOfSettings(exception))
        {
            Console.Error.WriteLine($"The service cannot start: {Describe(exception)}");
            return 1;
        }
    }

    /// <summary>A wrong setting, an address that cannot be listened at, a store that cannot be opened; anything else is a fault of the program's, and ends it with all that is known.</summary>
    private static bool IsFaultOfSettings(Exception exception) => exception switch
    {
        AggregateException several => several.InnerExceptions.All(IsFaultOfSettings),
        _ => exception is OptionsValidationException or InvalidOperationException or IOException or FormatException or BackgroundTaskStoreException,
    };

    private static string Describe(Exception exception) => exception switch
    {
        AggregateException several => string.Join(Environment.NewLine, several.InnerExceptions.Select(Describe)),
        OptionsValidationException wrong => string.Join(Environment.NewLine, wrong.Failures),
        _ => exception.Message,
    };
}

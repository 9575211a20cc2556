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
        catch (OptionsValidationException exception)
        {
            Console.Error.WriteLine($"The service cannot start: {string.Join(Environment.NewLine, exception.Failures)}");
            return 1;
        }
        catch (InvalidOperationException exception) when (exception.Message.StartsWith("BackgroundTasks:", StringComparison.Ordinal) || exception.Message.StartsWith("Failed to convert configuration value", StringComparison.Ordinal))
        {
            Console.Error.WriteLine($"The service cannot start: {exception.Message}");
            return 1;
        }
    }
}

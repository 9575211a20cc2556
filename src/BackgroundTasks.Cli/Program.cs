using System.Text;

namespace BackgroundTasks.Cli;

internal static class Program
{
    public static async Task<int> Main(string[] arguments)
    {
        Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        using var interrupt = new Interrupt();
        return await CommandLine.RunAsync(arguments, new Screen(), interrupt.Token);
    }
}

using System.Globalization;

namespace BackgroundTasks.Tests.Sqlite;

/// <summary>How long tests go on that try many cases: a moment, or by the environment variable BACKGROUNDTASKS_TORTURE so many times as long.</summary>
internal static class Torture
{
    private static readonly int Times = int.TryParse(Environment.GetEnvironmentVariable("BACKGROUNDTASKS_TORTURE"), CultureInfo.InvariantCulture, out var times) ? times : 1;

    public static int Rounds(int few) => few * Times;
}

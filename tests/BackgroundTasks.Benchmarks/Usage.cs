namespace BackgroundTasks.Benchmarks;

internal static class Usage
{
    public static int Print()
    {
        Console.WriteLine("""
            submits [seconds] [rounds]   submits/s on SQLite with 1, 8, 64 and 256 callers, beside a transaction each and beside a bare file
            tasks   [seconds] [rounds]   tasks/s from accepted to its end stored, beside a bare file
            restart [tasks]              time and memory to open a store of so many ended tasks and 10,000 that are not
            http    [seconds] [rounds]   POST /tasks by wrk with 64 connections, beside a bare endpoint
            micro   [options]            BenchmarkDotNet: what a task costs in memory
            """);
        return 2;
    }
}

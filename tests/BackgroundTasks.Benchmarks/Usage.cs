namespace BackgroundTasks.Benchmarks;

internal static class Usage
{
    public static int Print()
    {
        Console.WriteLine("""
            submits [seconds] [rounds]   submits/s on SQLite with 1, 8, 64 and 256 callers, beside a transaction each and beside a bare file
            tasks   [seconds] [rounds]   tasks/s from accepted to its end stored, beside a bare file
            inprocess [tasks] [rounds]   a whole task in memory, with its handler, scope and JSON: time, CPU and exact bytes; and how soon an idle process answers
            restart [tasks]              time and memory to open a store of so many ended tasks and 10,000 that are not
            http    [seconds] [rounds]   POST /tasks by wrk with 64 connections, beside a bare endpoint
            micro   [options]            BenchmarkDotNet: what a task costs in memory
            """);
        return 2;
    }
}

using BackgroundTasks.Benchmarks;

// Each is a run of its own, so that its figures are ratios within one run: see README.md.
Command[] commands =
[
    new("report", "[starts] [folder]", "all that is compared: writes the README's section, the rows and the plot (20 minutes; with 1 start 12; --quick 3)", Report.RunAsync),
    new("allocations", "[--renew]", "fails if an operation allocates over 5 % more than its figure in allocations.txt", Allocations.RunAsync),
    new("submits", "[seconds] [rounds] [callers]", "submits/s on SQLite with 1, 8, 64 and 256 callers, beside a transaction each and beside a bare file", Measured.By(Submits.RunAsync)),
    new("tasks", "[seconds] [rounds] [callers]", "tasks/s from accepted to its end stored, beside a bare file", Measured.By(EndToEnd.RunAsync)),
    new("inprocess", "[tasks] [rounds]", "a whole task in memory, its handler, scope and JSON: time, CPU and exact bytes; how soon an idle process answers", InProcess.RunAsync),
    new("peers", "[seconds] [rounds]", "tasks in a process, beside Microsoft's queued hosted service, Coravel, Quartz and Hangfire", Measured.By(InProcessPeers.RunAsync)),
    new("million", "[memory|sqlite]", "1,000,000 tasks accepted, run, listed and purged: the cost of the last 100,000 against the first", Measured.By(Million.RunAsync)),
    new("restart", "[tasks]", "time and memory to open a store of so many ended tasks and 10,000 that are not", Restart.RunAsync),
    new("starts", "file [starts]", "from the start of a published service, such as published/BackgroundTasks.Api, to its first 202", Starts.RunAsync),
    new("waiters", "[clients] [seconds]", "what clients cost that wait while nothing changes: memory each, and a processor's time", Waiters.RunAsync),
    new("http", "[seconds] [windows] [starts]", "the service by wrk with 64 connections, beside a bare endpoint, Hangfire, Coravel and FastAPI", Measured.By(HttpLoad.RunAsync)),
    new("micro", "[options]", "BenchmarkDotNet: what a task costs in memory", args => Task.FromResult(Micro.Run(args))),
    new("serve", "kind address", "a server that the others measure", args => Server.RunAsync(args[0], args[1])) { IsInternal = true },
    new("serve-tasks", "address", "runs tasks, for allocations", args => TaskServer.RunAsync(args[0])) { IsInternal = true },
    new("peer", "kind seconds", "one of the peers, in a process of its own", PeerRun.RunAsync) { IsInternal = true },
    new("open", "file", "opens a store, for restart", args => Restart.OpenAsync(args[0])) { IsInternal = true },
];

if (args.Length > 0 && commands.FirstOrDefault(command => command.Name == args[0]) is { } command)
    return await command.RunAsync(args[1..]);
foreach (var shown in commands.Where(command => !command.IsInternal))
    Console.WriteLine($"{shown.Name,-12} {shown.Arguments,-28} {shown.Text}");
Console.WriteLine("--quick: a short try of report, http, peers, tasks, submits and million.");
return 2;

using BackgroundTasks.Benchmarks;

// Each is a run of its own, so that its figures are ratios within one run: see the README, "Benchmarks".
return args switch
{
    ["submits", ..] => await Submits.RunAsync(args[1..]),
    ["inprocess", ..] => await InProcess.RunAsync(args[1..]),
    ["tasks", ..] => await EndToEnd.RunAsync(args[1..]),
    ["restart", ..] => await Restart.RunAsync(args[1..]),
    ["http", ..] => await HttpLoad.RunAsync(args[1..]),
    ["serve", var kind, var address] => await Server.RunAsync(kind, address),
    ["open", var file] => await Restart.OpenAsync(file),
    ["micro", ..] => Micro.Run(args[1..]),
    _ => Usage.Print(),
};

using System.CommandLine;
using System.Globalization;
using BackgroundTasks.Cli.Connection;
using BackgroundTasks.Cli.Input;

namespace BackgroundTasks.Cli.Commands;

/// <summary><c>retry [ID…]</c></summary>
internal sealed class RetryCommand : ServiceCommand
{
    /// <summary>What the service does in one call.</summary>
    private const int MostAtOnce = 1000;

    private readonly Argument<string[]> _ids = IdsArgument();
    private readonly FilterOptions _filter = new();

    public RetryCommand(Screen screen)
        : base("retry", "Queues tasks that failed or were canceled again, under the same ids; or all of those that the options select, up to 1,000.", screen)
    {
        _ids.Arity = ArgumentArity.ZeroOrMore;
        Arguments.Add(_ids);
        _filter.AddTo(this);
        Validators.Add(result =>
        {
            if (result.GetResult(_ids) is { Tokens.Count: > 0 } == _filter.AreGiven(result))
                result.AddError("Say which: ids, or options that select tasks, such as --status failed.");
        });
    }

    public override IReadOnlyList<string> Examples { get; } =
    [
        "background-tasks retry 01a20c8585d77000800005e327ff670d",
        "background-tasks retry --status failed --type push-notification",
    ];

    protected override async Task<int> ExecuteAsync(ParseResult input, Session session, CancellationToken cancellationToken)
    {
        if (input.GetValue(_ids) is { Length: > 0 } ids)
        {
            return await ForEachAsync(ids, session, async id =>
            {
                var task = await session.Client.RetryAsync(id, cancellationToken);
                Screen.Output.WriteLine($"{task.Id} {TaskText.Status(task)}");
            });
        }

        var retried = await session.Client.RetryManyAsync(_filter.Read(input), cancellationToken);
        Screen.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{retried} queued again"));
        if (retried >= MostAtOnce)
            Screen.Note("There may be more: run the same command again.");
        return ExitCode.Succeeded;
    }
}

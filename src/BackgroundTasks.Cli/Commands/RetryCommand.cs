using System.CommandLine;
using System.Globalization;
using BackgroundTasks.Cli.Connection;
using BackgroundTasks.Cli.Input;
using BackgroundTasks.Client;

namespace BackgroundTasks.Cli.Commands;

/// <summary><c>retry [ID…]</c></summary>
internal sealed class RetryCommand : ServiceCommand
{
    private readonly Argument<string[]> _ids = IdsArgument();
    private readonly FilterOptions _filter = new();

    public RetryCommand(Screen screen)
        : base("retry", "Queues tasks that failed or were canceled again, under the same ids; or all of those that the options select.", screen)
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

        await RetryAllAsync(_filter.Read(input), session, cancellationToken);
        return ExitCode.Succeeded;
    }

    private async Task RetryAllAsync(TaskFilter filter, Session session, CancellationToken cancellationToken)
    {
        var (retried, skipped) = (0L, 0L);
        RetriedTasks? answer = null;
        try
        {
            do
            {
                answer = answer is null ? await session.Client.RetryManyAsync(filter, cancellationToken) : await session.Client.RetryMoreAsync(answer, cancellationToken);
                retried += answer.Retried;
                skipped += answer.Skipped;
            }
            while (answer.Next is not null);
        }
        finally
        {
            // Also if a later call fails: what was queued again before runs.
            if (answer is not null)
                Screen.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{retried} queued again{(skipped > 0 ? $", {skipped} skipped" : "")}"));
        }

        if (skipped > 0)
            Screen.Note("Skipped are those whose unique key another active task has by now, or that have changed meanwhile.");
    }
}

using System.Runtime.InteropServices;
using BackgroundTasks.Client;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace BackgroundTasks.Cli;

/// <summary>A live bar for each task.</summary>
internal static class ProgressBars
{
    /// <summary>Draws until <paramref name="follow"/> is done; it tells what it sees.</summary>
    public static async Task ShowAsync(IAnsiConsole terminal, IReadOnlyList<BackgroundTaskSnapshot> tasks, Func<Action<BackgroundTaskSnapshot>, Task> follow)
    {
        // The cursor is hidden meanwhile; a process that is ended must not leave the shell without one.
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => terminal.Cursor.Show());
        using var hungUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, _ => terminal.Cursor.Show());
        await terminal.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn { Width = 16 }, new PercentageColumn(), new NewsColumn())
            .StartAsync(async context =>
            {
                var bars = tasks.DistinctBy(static task => task.Id).ToDictionary(static task => task.Id, task => context.AddTask(Markup.Escape(Screen.OneLine(task.Id)), autoStart: true));
                foreach (var task in tasks)
                    Show(bars[task.Id], task);
                await follow(task => Show(bars[task.Id], task));
                context.Refresh();
            });
    }

    private static void Show(ProgressTask bar, BackgroundTaskSnapshot task)
    {
        bar.Tag = task;
        bar.IsIndeterminate = task is { Status: BackgroundTaskStatus.Running, Progress.Percent: null } or { Status: BackgroundTaskStatus.Running, Progress: null };
        bar.Value = task.Status is BackgroundTaskStatus.Succeeded ? 100 : Math.Min(task.Progress?.Percent ?? 0, 99.9);
        if (task.HasEnded)
            bar.StopTask();
    }

    /// <summary>The status and what there is to tell, cut where the line ends.</summary>
    private sealed class NewsColumn : ProgressColumn
    {
        /// <summary>The other columns of a line, with the gaps between: an id, the bar and the percentage.</summary>
        private const int OtherColumns = 32 + 1 + 16 + 1 + 4 + 1;

        private const int LeastColumns = 10;

        protected override bool NoWrap => true;

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime)
        {
            var shown = (BackgroundTaskSnapshot)task.Tag!;
            var color = shown.Status switch
            {
                BackgroundTaskStatus.Succeeded => Color.Green,
                BackgroundTaskStatus.Failed => Color.Red,
                BackgroundTaskStatus.Canceled => Color.Yellow,
                _ => Color.Default,
            };
            var news = shown.Status is BackgroundTaskStatus.Running && !shown.CancelRequested ? shown.Progress?.Message : TaskText.News(shown);
            var room = Math.Max(options.ConsoleSize.Width - OtherColumns, LeastColumns);
            // What is too long would be wrapped, and take its room from the id and the bar.
            return new Text(Cells.Cut(Screen.OneLine($"{TaskText.Status(shown)} {news}"), room), new Style(color)).Overflow(Overflow.Ellipsis);
        }
    }
}

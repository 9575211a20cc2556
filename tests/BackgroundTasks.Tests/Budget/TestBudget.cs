using BackgroundTasks.Stores;
using Microsoft.Extensions.Options;

namespace BackgroundTasks.Tests.Budget;

/// <summary>A budget of a size that a test chooses.</summary>
internal static class TestBudget
{
    /// <summary>A budget; null: as large as the process allows.</summary>
    public static BackgroundTaskMemory Of(long? limit = null) => new(Options.Create(new BackgroundTasksOptions { MaxMemoryBytes = limit }));

    /// <summary>A journal in memory that takes its bytes from a budget.</summary>
    public static MemoryJournal Journal(BackgroundTaskMemory? memory = null, long? maxRetainedBytes = null) =>
        new(memory ?? Of(), Options.Create(new BackgroundTasksOptions { MaxRetainedBytes = maxRetainedBytes }));
}

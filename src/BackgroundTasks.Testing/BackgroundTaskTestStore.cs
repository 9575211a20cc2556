namespace BackgroundTasks.Testing;

/// <summary>Where the tasks of a test are kept.</summary>
public enum BackgroundTaskTestStore
{
    /// <summary>In the memory of the host alone, whatever store the application has: its file is not opened, and its tasks are not run.</summary>
    Memory,

    /// <summary>In the application's own store. Give the test a file of its own: what is queued in it is held, and drained with the rest.</summary>
    Application,
}

namespace BackgroundTasks.Diagnostics;

/// <summary>Writes to the log where nothing may be thrown: at the boundary of what goes on for ever.</summary>
internal static class SafeLog
{
    public static void Write(Action write)
    {
        try
        {
            write();
        }
        catch (Exception)
        {
            // The logger itself throws: nobody is left to tell.
        }
    }
}

namespace BackgroundTasks;

/// <summary>When a change counts as stored.</summary>
public enum SqliteDurability
{
    /// <summary>When the disk has it (<c>synchronous=FULL</c>): it survives the end of the process, of the system, and a loss of power.</summary>
    Full,

    /// <summary>When the operating system has it (<c>synchronous=NORMAL</c>): it survives the end of the process; a loss of power may cost the last seconds.</summary>
    Normal,
}

namespace BackgroundTasks.Execution;

/// <summary>Lets what runs (a handler, work after a response) submit while the gate is closed to others: until it ends, wherever its flow of execution goes.</summary>
internal sealed class GatePass : IDisposable
{
    private static readonly AsyncLocal<GatePass?> Current = new();

    private readonly Gate _gate;
    private volatile bool _isOver;

    private GatePass(Gate gate) => _gate = gate;

    /// <summary>Whether the caller runs under a pass of this gate.</summary>
    public static bool IsHeldFor(Gate gate) => Current.Value is { _isOver: false } pass && pass._gate == gate;

    /// <summary>Gives the calling flow of execution a pass, to be called by the asynchronous method that disposes of it.</summary>
    public static GatePass Take(Gate gate) => Current.Value = new GatePass(gate);

    public void Dispose() => _isOver = true;
}

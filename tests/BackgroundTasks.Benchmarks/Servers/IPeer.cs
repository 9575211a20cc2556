namespace BackgroundTasks.Benchmarks;

/// <summary>What runs the tasks behind the endpoints.</summary>
internal interface IPeer
{
    /// <summary>Has it run after the response; returns its id.</summary>
    string Submit(Echo payload);

    (bool Finished, string? Result) Find(string id);
}

/// <summary>Nothing: an endpoint that does no work.</summary>
internal sealed class NoPeer : IPeer
{
    public string Submit(Echo payload) => "0199f0c2b3d47a1e8f5566778899aabb";

    public (bool Finished, string? Result) Find(string id) => (true, "0");
}

using System.ComponentModel.DataAnnotations;

namespace BackgroundTasks.Api.Waiting;

/// <summary>Asks to wait.</summary>
/// <param name="Seconds">How long, 0 to 3,600 seconds; fractions are allowed.</param>
internal sealed record WaitPayload([property: Range(0d, 3600d)] double Seconds);

/// <summary>A wait that is over.</summary>
/// <param name="Seconds">How long it was to be.</param>
internal sealed record WaitResult(double Seconds);

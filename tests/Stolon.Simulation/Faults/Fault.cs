namespace Stolon.Simulation.Faults;

/// <summary>Something that goes wrong for a while.</summary>
/// <param name="What">For the trace.</param>
/// <param name="End">Makes it good again; it is called once.</param>
internal sealed record Fault(string What, Action Begin, Action End);

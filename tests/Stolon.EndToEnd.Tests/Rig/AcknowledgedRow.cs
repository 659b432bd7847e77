namespace Stolon.EndToEnd.Tests.Rig;

/// <summary>A row whose commit was acknowledged.</summary>
/// <param name="ByPort">Port of the PostgreSQL that acknowledged it.</param>
/// <param name="At">Since the writer's start.</param>
public sealed record AcknowledgedRow(long Id, int ByPort, TimeSpan At);

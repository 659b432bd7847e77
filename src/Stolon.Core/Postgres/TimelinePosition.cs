using Stolon.Core.Common;

namespace Stolon.Core.Postgres;

/// <summary>Where an instance stands in the history of its cluster.</summary>
/// <param name="Position">Last position reported on <paramref name="Timeline"/>.</param>
/// <param name="History">How the earlier timelines ended, oldest first; often only the last two are known.</param>
public sealed record TimelinePosition(Timeline Timeline, Lsn Position, ValueList<TimelineSwitch> History);

namespace Stolon.Core.Common;

/// <summary>The source of new identifiers and random numbers; the simulator has a repeatable one.</summary>
public interface IIdSource
{
    /// <summary>Eight random lower-case hex digits (docs/spec/store.md 4.4): uids of all kinds.</summary>
    string NextUid();

    /// <summary>A random UUID version 4 as text: boot ids.</summary>
    string NextUuid();

    /// <summary>A random number from 0 up to, not including, <paramref name="limit"/> (at least 1).</summary>
    int NextNumber(int limit);
}

namespace Stolon.Core.Model;

/// <summary>A keeper's server does not come up.</summary>
/// <param name="Starts">How many starts in a row came to nothing.</param>
/// <param name="Reason">One sentence for the operator, without its full stop.</param>
/// <param name="Hopeless">More of the same will not help, and it is the data, not the configuration, with which it
/// fails: the server took its configuration, its port and its data directory each time, and failed in
/// recovery.</param>
public sealed record StartTrouble(int Starts, string Reason, bool Hopeless);

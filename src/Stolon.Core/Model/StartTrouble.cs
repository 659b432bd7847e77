namespace Stolon.Core.Model;

/// <summary>A keeper's server cannot be started.</summary>
/// <param name="Starts">How many starts in a row have failed.</param>
/// <param name="Reason">One sentence for the operator, without its full stop.</param>
/// <param name="Hopeless">Further starts will not help, and the cause is the data, not the configuration: each time the
/// server accepted its configuration, port and data directory, and failed in recovery.</param>
public sealed record StartTrouble(int Starts, string Reason, bool Hopeless);

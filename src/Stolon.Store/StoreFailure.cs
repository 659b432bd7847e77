using Stolon.Agents.Ports.Store;

namespace Stolon.Store;

/// <summary>The parts of error texts that all backends share.</summary>
public static class StoreFailure
{
    public const string NothingWritten = "; nothing was written";
    public const string UnknownOutcome = "; whether the write happened is unknown";

    /// <summary>The end of an error text: for a write, what is known about its outcome.</summary>
    public static string Outcome(bool write, bool mayHaveHappened) =>
        !write ? "" : mayHaveHappened ? UnknownOutcome : NothingWritten;

    /// <summary>A server as operators write it: scheme, host and port, without a trailing slash.</summary>
    public static string Name(Uri server) => server.GetLeftPart(UriPartial.Authority);

    /// <summary>One exception for a request that failed on each server that was tried.</summary>
    /// <param name="store">The store's name in messages.</param>
    public static StoreUnavailableException Combine(string store, IReadOnlyList<StoreUnavailableException> failures) =>
        failures switch
        {
            // For example, the process was frozen between the start of the request and its first attempt.
            [] => new StoreUnavailableException($"{store}: the timeout expired before the request was sent"),
            [var only] => only,
            _ => new StoreUnavailableException(
                string.Join("; ", failures.Select(f => f.Message)), failures[^1].InnerException),
        };
}

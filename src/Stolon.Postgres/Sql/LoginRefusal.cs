using System.Net.Sockets;
using Npgsql;

namespace Stolon.Postgres.Sql;

internal enum LoginRefusalKind
{
    /// <summary>The server answered, and would not let the keeper ask: that proves that it takes connections.</summary>
    Refused,

    /// <summary>No connection came about.</summary>
    Unreachable,

    /// <summary>No answer in time: of a server that hangs, or of one question only.</summary>
    TimedOut,
}

/// <summary>Why the keeper could not ask the server something, when that is not the server's own sickness.</summary>
/// <param name="Text">For people; never a secret.</param>
internal sealed record LoginRefusal(LoginRefusalKind Kind, string Text)
{
    private static readonly string[] ServerFailures =
    [
        PostgresErrorCodes.CannotConnectNow, PostgresErrorCodes.AdminShutdown, PostgresErrorCodes.CrashShutdown,
        PostgresErrorCodes.DiskFull, PostgresErrorCodes.OutOfMemory,
    ];

    /// <param name="who">The user that asked.</param>
    /// <returns>Null: it is the server's own trouble: it starts, stops, breaks off connections, is damaged.</returns>
    public static LoginRefusal? Of(Exception failure, string who)
    {
        var chain = Chain(failure).ToList();
        if (chain.OfType<PostgresException>().FirstOrDefault() is { } answer)
        {
            return IsServerFailure(answer.SqlState) ? null
                : new LoginRefusal(
                    LoginRefusalKind.Refused, $"the server refuses user {who}: {answer.Message}{Advice(answer)}");
        }

        if (chain.OfType<TimeoutException>().FirstOrDefault() is { } timeout)
        {
            return new LoginRefusal(LoginRefusalKind.TimedOut,
                $"the server does not respond to user {who}: {timeout.Message}");
        }

        if (chain.OfType<SocketException>().FirstOrDefault() is { } broken)
        {
            return new LoginRefusal(LoginRefusalKind.Unreachable, $"the server cannot be reached: {broken.Message}");
        }

        // The driver itself gave up in the midst of a login, without anything having broken: the method asked for is
        // one it does not know, or it has nothing to show.
        return chain.Any(e => e is IOException or ObjectDisposedException or OperationCanceledException)
            || !chain.Any(e => e is NpgsqlException or NotSupportedException)
                ? null
                : new LoginRefusal(LoginRefusalKind.Refused, $"user {who} cannot log in: {chain[^1].Message}");
    }

    // Class 58: the system around the server, XX: internal errors and damaged data.
    private static bool IsServerFailure(string state) =>
        ServerFailures.Contains(state)
        || state.StartsWith("58", StringComparison.Ordinal)
        || state.StartsWith("XX", StringComparison.Ordinal);

    private static string Advice(PostgresException answer) => answer.SqlState switch
    {
        PostgresErrorCodes.InvalidPassword =>
            "; write the correct password to the keeper's password file, which is read again at each refusal",
        PostgresErrorCodes.TooManyConnections => "; all connections are in use",
        _ => "",
    };

    private static IEnumerable<Exception> Chain(Exception failure)
    {
        for (var e = failure; e is not null; e = e.InnerException)
        {
            yield return e;
        }
    }
}

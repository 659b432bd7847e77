using System.Net.Sockets;
using Npgsql;

namespace Stolon.Postgres.Sql;

internal enum LoginRefusalKind
{
    /// <summary>The server answered and refused the keeper: this proves that it accepts connections.</summary>
    Refused,

    /// <summary>No connection was made.</summary>
    Unreachable,

    /// <summary>No answer in time: the whole server hangs, or only one query.</summary>
    TimedOut,
}

/// <summary>Why the keeper could not query the server, when the server itself did not fail.</summary>
/// <param name="Text">Text for the operator; never contains a secret.</param>
internal sealed record LoginRefusal(LoginRefusalKind Kind, string Text)
{
    private static readonly string[] ServerFailures =
    [
        PostgresErrorCodes.CannotConnectNow, PostgresErrorCodes.AdminShutdown, PostgresErrorCodes.CrashShutdown,
        PostgresErrorCodes.DiskFull, PostgresErrorCodes.OutOfMemory,
    ];

    /// <param name="who">The user that asked.</param>
    /// <returns>Null: the server itself failed: it is starting or stopping, closes connections, or is
    /// damaged.</returns>
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

        // The driver itself gave up during the login, though the connection was intact: it does not support the
        // requested method, or has no credentials for it.
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

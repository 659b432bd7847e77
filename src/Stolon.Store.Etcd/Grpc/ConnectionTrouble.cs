using System.Net.Sockets;
using System.Security.Authentication;

namespace Stolon.Store.Etcd.Grpc;

/// <summary>What to tell an operator about a connection that failed: the cause, and for http where https is spoken
/// (or the reverse) what to look at.</summary>
internal static class ConnectionTrouble
{
    /// <param name="tls">Whether the endpoint is an https:// one.</param>
    public static string Describe(Exception failure, bool tls)
    {
        var chain = Chain(failure).ToList();
        var cause = chain[^1].Message.TrimEnd('.');
        if (chain.Exists(e => e is AuthenticationException))
        {
            return $"TLS failed: {cause}";
        }

        if (chain.Exists(e => ErrorOf(e) is HttpRequestError.SecureConnectionError))
        {
            return "TLS failed: the server broke off the handshake (a server without TLS has an http:// endpoint; "
                + "one that asks for client certificates needs ours)";
        }

        if (IsBrokenOffAtItsStart(chain))
        {
            // TLS 1.3: our side of the handshake is done before the server looks at the certificate it did not get.
            return tls
                ? "TLS failed: the server closed the connection (one that asks for client certificates needs ours)"
                : "the server does not speak HTTP/2 in clear text (a server with TLS has an https:// endpoint)";
        }

        // The same, seen later, or any other end of a connection: no more than a hint.
        if (chain.Exists(
            e => e is SocketException { SocketErrorCode: SocketError.Shutdown or SocketError.ConnectionReset }))
        {
            return tls
                ? $"{cause} (a server that asks for client certificates needs ours)"
                : $"{cause} (a server with TLS has an https:// endpoint)";
        }

        return chain[^1] is HttpProtocolException && cause.Contains("ping", StringComparison.OrdinalIgnoreCase)
            ? "no sign of life from the server"
            : cause;
    }

    /// <summary>The server took the connection and closed it at once, or said something else than HTTP/2: which of
    /// these exceptions that gives, and whether the closing is seen first, is a matter of luck.</summary>
    private static bool IsBrokenOffAtItsStart(List<Exception> chain) =>
        chain.Exists(e => ErrorOf(e) is HttpRequestError.InvalidResponse
            || e is ObjectDisposedException { ObjectName: "System.Net.Security.SslStream" })
        || (chain[0] is HttpRequestException && !chain.Exists(e => e is SocketException or HttpIOException));

    /// <summary>Outermost first: the outer ones only say that an error occurred.</summary>
    private static IEnumerable<Exception> Chain(Exception failure)
    {
        for (Exception? e = failure; e is not null; e = e.InnerException)
        {
            yield return e;
        }
    }

    private static HttpRequestError? ErrorOf(Exception e) => e switch
    {
        HttpRequestException request => request.HttpRequestError,
        HttpIOException io => io.HttpRequestError,
        _ => null,
    };
}

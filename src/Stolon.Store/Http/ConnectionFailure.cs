using System.Net.Sockets;
using System.Security.Authentication;

namespace Stolon.Store.Http;

/// <summary>What to tell an operator about a connection that failed: the cause, which .NET has innermost, and for http
/// where https is spoken (or the reverse) what to look at.</summary>
public static class ConnectionFailure
{
    private const string CertificateHint = "a server that asks for client certificates needs ours";

    /// <summary>Where HTTP/1.1 is spoken.</summary>
    /// <param name="tls">Whether the endpoint is an https:// one.</param>
    public static string OfHttp(Exception failure, bool tls)
    {
        var chain = Chain(failure);
        var cause = Cause(chain);

        // TLS 1.3: our side of the handshake is done before the server looks at the certificate it did not get.
        return OfHandshake(chain)
            ?? (!tls || chain.Exists(e => e is SocketException { SocketErrorCode: SocketError.ConnectionRefused })
                ? cause
                : $"{cause} ({CertificateHint})");
    }

    /// <summary>Where HTTP/2 is spoken, in clear text by prior knowledge.</summary>
    /// <param name="tls">Whether the endpoint is an https:// one.</param>
    public static string OfHttp2(Exception failure, bool tls)
    {
        var chain = Chain(failure);
        if (OfHandshake(chain) is { } handshake)
        {
            return handshake;
        }

        if (IsClosedAtStart(chain))
        {
            // TLS 1.3: see above.
            return tls
                ? $"TLS failed: the server closed the connection ({CertificateHint})"
                : "the server does not speak HTTP/2 in clear text (a server with TLS has an https:// endpoint)";
        }

        // The same, seen later, or any other end of a connection: no more than a hint.
        var cause = Cause(chain);
        if (chain.Exists(
            e => e is SocketException { SocketErrorCode: SocketError.Shutdown or SocketError.ConnectionReset }))
        {
            return tls ? $"{cause} ({CertificateHint})" : $"{cause} (a server with TLS has an https:// endpoint)";
        }

        return chain[^1] is HttpProtocolException && cause.Contains("ping", StringComparison.OrdinalIgnoreCase)
            ? "no sign of life from the server"
            : cause;
    }

    /// <summary>Null when TLS is not what failed.</summary>
    private static string? OfHandshake(List<Exception> chain)
    {
        if (chain.Exists(e => e is AuthenticationException))
        {
            return $"TLS failed: {Cause(chain)}";
        }

        return chain.Exists(e => ErrorOf(e) is HttpRequestError.SecureConnectionError)
            ? "TLS failed: the server broke off the handshake (a server without TLS has an http:// endpoint; "
                + $"{CertificateHint})"
            : null;
    }

    /// <summary>The server took the connection and closed it at once, or said something else than HTTP/2: which of
    /// these exceptions that gives, and whether the closing is seen first, is a matter of luck.</summary>
    private static bool IsClosedAtStart(List<Exception> chain) =>
        chain.Exists(e => ErrorOf(e) is HttpRequestError.InvalidResponse
            || e is ObjectDisposedException { ObjectName: "System.Net.Security.SslStream" })
        || (chain[0] is HttpRequestException && !chain.Exists(e => e is SocketException or HttpIOException));

    private static string Cause(List<Exception> chain) => chain[^1].Message.TrimEnd('.');

    /// <summary>Outermost first: the outer ones only say that an error occurred.</summary>
    private static List<Exception> Chain(Exception failure)
    {
        var chain = new List<Exception>();
        for (Exception? e = failure; e is not null; e = e.InnerException)
        {
            chain.Add(e);
        }

        return chain;
    }

    private static HttpRequestError? ErrorOf(Exception e) => e switch
    {
        HttpRequestException request => request.HttpRequestError,
        HttpIOException io => io.HttpRequestError,
        _ => null,
    };
}

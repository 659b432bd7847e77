using System.Net.Sockets;
using System.Security.Authentication;

namespace Stolon.Store.Http;

/// <summary>Describes a failed connection for an operator: the cause, which is .NET's innermost exception, and a hint
/// if http and https may be mixed up.</summary>
public static class ConnectionFailure
{
    private const string CertificateHint = "if the server requires client certificates, configure ours";

    /// <summary>For HTTP/1.1.</summary>
    /// <param name="tls">Whether the endpoint has the scheme https.</param>
    public static string OfHttp(Exception failure, bool tls)
    {
        var chain = Chain(failure);
        var cause = Cause(chain);

        // In TLS 1.3, our side of the handshake is complete before the server finds that our certificate is missing.
        return OfHandshake(chain)
            ?? (!tls || chain.Exists(e => e is SocketException { SocketErrorCode: SocketError.ConnectionRefused })
                ? cause
                : $"{cause} ({CertificateHint})");
    }

    /// <summary>For HTTP/2, without TLS by prior knowledge.</summary>
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
            // TLS 1.3: see OfHttp.
            return tls
                ? $"TLS failed: the server closed the connection ({CertificateHint})"
                : "the server does not support HTTP/2 without TLS (if it uses TLS, its endpoint begins with https://)";
        }

        // The same cause seen later, or another end of the connection: only a hint.
        var cause = Cause(chain);
        if (chain.Exists(
            e => e is SocketException { SocketErrorCode: SocketError.Shutdown or SocketError.ConnectionReset }))
        {
            return tls
                ? $"{cause} ({CertificateHint})"
                : $"{cause} (if the server uses TLS, its endpoint begins with https://)";
        }

        return chain[^1] is HttpProtocolException && cause.Contains("ping", StringComparison.OrdinalIgnoreCase)
            ? "no response from the server to a keep-alive ping"
            : cause;
    }

    /// <summary>Null if TLS is not the cause.</summary>
    private static string? OfHandshake(List<Exception> chain)
    {
        if (chain.Exists(e => e is AuthenticationException))
        {
            return $"TLS failed: {Cause(chain)}";
        }

        return chain.Exists(e => ErrorOf(e) is HttpRequestError.SecureConnectionError)
            ? "TLS failed: the server closed the connection during the handshake (if it does not use TLS, its "
                + "endpoint begins with http://; "
                + $"{CertificateHint})"
            : null;
    }

    /// <summary>The server accepted the connection and closed it at once, or responded with something other than
    /// HTTP/2. Timing decides which of these exceptions is thrown.</summary>
    private static bool IsClosedAtStart(List<Exception> chain) =>
        chain.Exists(e => ErrorOf(e) is HttpRequestError.InvalidResponse
            || e is ObjectDisposedException { ObjectName: "System.Net.Security.SslStream" })
        || (chain[0] is HttpRequestException && !chain.Exists(e => e is SocketException or HttpIOException));

    private static string Cause(List<Exception> chain) => chain[^1].Message.TrimEnd('.');

    /// <summary>Outermost first; the outer ones only state that an error occurred.</summary>
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

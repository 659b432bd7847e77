using System.Net.Sockets;
using System.Security.Authentication;

namespace Stolon.Store.Http;

/// <summary>What to tell an operator about a connection that failed: the cause, which .NET has innermost, and for http
/// where https is spoken (or the reverse) what to look at.</summary>
internal static class ConnectionTrouble
{
    private const string WantsCertificate = "a server that asks for client certificates needs ours";

    /// <param name="tls">Whether the endpoint is an https:// one.</param>
    public static string Describe(Exception failure, bool tls)
    {
        var chain = Chain(failure).ToList();
        var cause = chain[^1].Message.TrimEnd('.');
        if (chain.Exists(e => e is AuthenticationException))
        {
            return $"TLS failed: {cause}";
        }

        if (chain.Exists(e => e is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError }))
        {
            return "TLS failed: the server broke off the handshake (a server without TLS has an http:// endpoint; "
                + $"{WantsCertificate})";
        }

        // TLS 1.3: our side of the handshake is done before the server looks at the certificate it did not get.
        return !tls || chain.Exists(e => e is SocketException { SocketErrorCode: SocketError.ConnectionRefused })
            ? cause
            : $"{cause} ({WantsCertificate})";
    }

    /// <summary>Outermost first: the outer ones only say that an error occurred.</summary>
    private static IEnumerable<Exception> Chain(Exception failure)
    {
        for (Exception? e = failure; e is not null; e = e.InnerException)
        {
            yield return e;
        }
    }
}

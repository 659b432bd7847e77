using System.Security.Authentication;

namespace Stolon.Store.Etcd.Grpc;

/// <summary>What to tell an operator about a connection that failed: the cause, and for http where https is spoken
/// (or the reverse) what to look at.</summary>
internal static class ConnectionTrouble
{
    public static string Describe(Exception failure)
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

        // TLS 1.3: our side of the handshake is done before the server looks at the certificate it did not get.
        if (chain.Exists(e => e is ObjectDisposedException { ObjectName: "System.Net.Security.SslStream" }))
        {
            return "TLS failed: the server closed the connection (one that asks for client certificates needs ours)";
        }

        if (chain.Exists(e => ErrorOf(e) is HttpRequestError.InvalidResponse))
        {
            return "the server does not speak HTTP/2 in clear text (a server with TLS has an https:// endpoint)";
        }

        return chain[^1] is HttpProtocolException && cause.Contains("ping", StringComparison.OrdinalIgnoreCase)
            ? "no sign of life from the server"
            : cause;
    }

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

using System.Net;
using Stolon.Agents.Ports.Store;
using Stolon.Store.Http;

namespace Stolon.Store.Consul;

/// <summary>What a refusal of Consul means: whether a write may have happened all the same, and what an operator can do
/// about it.</summary>
internal static class ConsulErrors
{
    private const string NoLeader = "No cluster leader";
    private const string NoServer = "No known Consul servers";
    private const string NotPermitted = "Permission denied";
    private const string UnknownToken = "ACL not found";
    private const string InvalidSession = "invalid session";

    /// <summary>What a server that does not answer may mean.</summary>
    public const string TimeoutHint =
        "Consul does not answer for up to 7 s while it has no leader; a longer --store-timeout hears it say so";

    /// <summary>True when Consul refused because there is no such session: then nothing happened.</summary>
    public static bool IsInvalidSession(StoreHttpResponse answer) =>
        answer.Status == HttpStatusCode.InternalServerError && IsInvalidSession(answer.Text);

    /// <inheritdoc cref="IsInvalidSession(StoreHttpResponse)"/>
    public static bool IsInvalidSession(string what) => what.StartsWith(InvalidSession, StringComparison.Ordinal);

    /// <summary>True when somebody else wrote first, or the lock given as fence is not ours any more. Consul answers
    /// other refusals of a transaction with the same status.</summary>
    public static bool IsConflict(string what) =>
        what.Contains("index is stale", StringComparison.Ordinal)
        || what.Contains("failed session check", StringComparison.Ordinal)
        || what.Contains("failed to check session", StringComparison.Ordinal);

    /// <summary>True while nobody may lock what a session had that has just ended.</summary>
    public static bool IsLockDelay(string what) => what.Contains("due to lock delay", StringComparison.Ordinal);

    /// <param name="requiredPolicy">The policy that what was asked needs.</param>
    /// <param name="write">True: the text says whether the write may have happened.</param>
    public static StoreUnavailableException Unavailable(
        Uri server, string detail, HttpStatusCode status, string requiredPolicy, bool write)
    {
        var outcome = !write ? ""
            : (int)status >= 500 && !NothingWritten(detail) ? "; whether the write happened is unknown"
            : "; nothing was written";
        return new StoreUnavailableException(
            $"consul {server.GetLeftPart(UriPartial.Authority)}: {detail}{Hint(detail, status, requiredPolicy)}{outcome}");
    }

    private static bool NothingWritten(string detail) =>
        detail.Contains(NoLeader, StringComparison.Ordinal)
        || detail.Contains(NoServer, StringComparison.Ordinal)
        || detail.Contains(NotPermitted, StringComparison.Ordinal)
        || detail.Contains(UnknownToken, StringComparison.Ordinal)
        || detail.Contains(InvalidSession, StringComparison.Ordinal);

    private static string Hint(string detail, HttpStatusCode status, string requiredPolicy) => detail switch
    {
        _ when detail.Contains(NotPermitted, StringComparison.Ordinal) =>
            $" (the token in CONSUL_HTTP_TOKEN or CONSUL_HTTP_TOKEN_FILE needs a policy with {requiredPolicy})",
        _ when detail.Contains(UnknownToken, StringComparison.Ordinal) =>
            " (Consul does not know the token in CONSUL_HTTP_TOKEN or CONSUL_HTTP_TOKEN_FILE)",
        _ when detail.Contains(NoLeader, StringComparison.Ordinal) =>
            " (fewer than half of Consul's servers run or reach each other, or they are just electing)",
        _ when detail.Contains(NoServer, StringComparison.Ordinal) =>
            " (the agent at this endpoint has not found a server: see its options retry_join and encrypt, and its log)",
        _ when detail.Contains("HTTPS server", StringComparison.Ordinal) =>
            " (a server with TLS has an https:// endpoint)",
        _ when detail.Contains("Invalid Session TTL", StringComparison.Ordinal) =>
            " (see Consul's option session_ttl_min)",
        _ when status == HttpStatusCode.RequestEntityTooLarge =>
            " (the value is larger than Consul takes, and a conditional write makes it a third larger: raise Consul's"
            + " options kv_max_value_size and txn_max_req_len)",
        _ when detail.Contains("Namespaces are", StringComparison.Ordinal) => " (see CONSUL_NAMESPACE)",
        _ => "",
    };
}

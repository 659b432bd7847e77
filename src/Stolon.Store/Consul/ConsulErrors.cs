using System.Net;
using Stolon.Agents.Ports.Store;
using Stolon.Store.Http;

namespace Stolon.Store.Consul;

/// <summary>Interprets Consul's errors: whether a write may have happened, and what an operator can do.</summary>
internal static class ConsulErrors
{
    private const string NoLeader = "No cluster leader";
    private const string NoServer = "No known Consul servers";
    private const string NotPermitted = "Permission denied";
    private const string UnknownToken = "ACL not found";
    private const string InvalidSession = "invalid session";

    /// <summary>A possible reason why Consul does not respond.</summary>
    public const string TimeoutHint =
        "while it has no leader, Consul does not respond for up to 7 s; a longer --store-timeout shows its own error";

    /// <summary>True if Consul refused because the session does not exist; then nothing was written.</summary>
    public static bool IsInvalidSession(StoreHttpResponse answer) =>
        answer.Status == HttpStatusCode.InternalServerError && IsInvalidSession(answer.Text);

    /// <inheritdoc cref="IsInvalidSession(StoreHttpResponse)"/>
    public static bool IsInvalidSession(string what) => what.StartsWith(InvalidSession, StringComparison.Ordinal);

    /// <summary>True if another program wrote first, or if the lock given as fence is no longer ours. Consul refuses
    /// transactions for other reasons with the same status.</summary>
    public static bool IsConflict(string what) =>
        what.Contains("index is stale", StringComparison.Ordinal)
        || what.Contains("failed session check", StringComparison.Ordinal)
        || what.Contains("failed to check session", StringComparison.Ordinal);

    /// <summary>True during the lock delay after the end of the session that had the lock.</summary>
    public static bool IsLockDelay(string what) => what.Contains("due to lock delay", StringComparison.Ordinal);

    /// <param name="requiredPolicy">The ACL policy that the request needs.</param>
    /// <param name="write">True: the text states whether the write may have happened.</param>
    public static StoreUnavailableException Unavailable(
        Uri server, string detail, HttpStatusCode status, string requiredPolicy, bool write)
    {
        var outcome = StoreFailure.Outcome(write, (int)status >= 500 && !NothingWritten(detail));
        return new StoreUnavailableException(
            $"consul {StoreFailure.Name(server)}: {detail}{Hint(detail, status, requiredPolicy)}{outcome}");
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
            " (Consul has no leader: a majority of its servers is not running or not connected, or an election "
            + "is in progress)",
        _ when detail.Contains(NoServer, StringComparison.Ordinal) =>
            " (the agent at this endpoint is not connected to a Consul server: check its options retry_join and "
            + "encrypt, and its log)",
        _ when detail.Contains("HTTPS server", StringComparison.Ordinal) =>
            " (the server uses TLS: its endpoint must begin with https://)",
        _ when detail.Contains("Invalid Session TTL", StringComparison.Ordinal) =>
            " (see Consul's option session_ttl_min)",
        _ when status == HttpStatusCode.RequestEntityTooLarge =>
            " (the value exceeds Consul's limit; a conditional write is a third larger than its value: increase "
            + "Consul's"
            + " options kv_max_value_size and txn_max_req_len)",
        _ when detail.Contains("Namespaces are", StringComparison.Ordinal) => " (see CONSUL_NAMESPACE)",
        _ => "",
    };
}

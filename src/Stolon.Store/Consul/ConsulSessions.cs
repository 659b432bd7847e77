using System.Net;
using System.Text.Json;
using Stolon.Wire.Go;

namespace Stolon.Store.Consul;

/// <summary>Consul's sessions: they own locks, and delete keys at their end.</summary>
/// <remarks>Source: Consul manual, "Sessions". Created without health checks, so that a session lives for at least its
/// time to live, whatever state Consul assigns to the agent's host.</remarks>
internal sealed class ConsulSessions(ConsulClient client)
{
    /// <summary>Keys are deleted at the session's end.</summary>
    public const string Delete = "delete";

    /// <summary>Keys remain, unlocked, at the session's end.</summary>
    public const string Release = "release";

    /// <summary>Consul ends a session after this multiple of its time to live.</summary>
    public const int TimeToLiveFactor = 2;

    /// <summary>As short as possible: our locks are protected by conditional writes, not by waiting.</summary>
    private const string LockDelay = "1ms";

    /// <summary>Creates a session that Consul keeps for this long after its last renewal.</summary>
    /// <returns>The session's id.</returns>
    public async Task<string> CreateAsync(string behaviour, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        var request = new ConsulSessionRequest
        {
            Name = "stolon",
            Behavior = behaviour,
            TimeToLive = GoDuration.Format(lifetime / TimeToLiveFactor),
            LockDelay = LockDelay,
        };
        var body = JsonSerializer.SerializeToUtf8Bytes(request, ConsulJson.Default.ConsulSessionRequest);
        var answer = await client.ChangeAsync(
            HttpMethod.Put, "/v1/session/create", "", body, write: false, cancellationToken);
        return ConsulClient.Read(answer, ConsulJson.Default.ConsulSession).Id;
    }

    /// <summary>Renews it to its full time from now; false if it no longer exists.</summary>
    public async Task<bool> RenewAsync(string session, CancellationToken cancellationToken)
    {
        var answer = await client.SendAsync(
            HttpMethod.Put, $"/v1/session/renew/{session}", "", body: null, write: false, cancellationToken);
        return answer.Success ? true
            : answer.Status == HttpStatusCode.NotFound ? false
            : throw client.Refused(answer, write: false);
    }

    /// <summary>Ends it; does nothing if it no longer exists.</summary>
    public Task DestroyAsync(string session, CancellationToken cancellationToken) => client.ChangeAsync(
        HttpMethod.Put, $"/v1/session/destroy/{session}", "", body: null, write: false, cancellationToken);
}

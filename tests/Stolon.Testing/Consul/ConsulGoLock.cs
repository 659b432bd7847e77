using System.Text.Json.Nodes;

namespace Stolon.Testing.Consul;

/// <summary>A candidate that uses a lock over plain HTTP as Consul's Go client and the original do (docs/spec/store.md
/// 7.3): written from the specification, without code of the client under test.</summary>
public sealed class ConsulGoLock : IAsyncDisposable
{
    /// <summary>Consul's lock flag.</summary>
    public const ulong Flags = 0x2ddccbc058a50c18;

    private static readonly TimeSpan RenewInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RetryTime = TimeSpan.FromSeconds(5);
    private readonly ConsulApi _api;
    private readonly string _key;
    private readonly string _value;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _renewing;

    private ConsulGoLock(ConsulApi api, string key, string value, string session)
    {
        _api = api;
        _key = key;
        _value = value;
        SessionId = session;
        _renewing = RenewAsync();
        Locked = LockAsync();
    }

    public string SessionId { get; }

    /// <summary>Completes when it has acquired the lock.</summary>
    public Task Locked { get; }

    /// <summary>Starts to acquire the lock.</summary>
    public static async Task<ConsulGoLock> BeginAsync(ConsulApi api, string key, string value) =>
        new(api, key, value, await SessionAsync(api, "release"));

    /// <summary>Creates a session as the original does.</summary>
    public static async Task<string> SessionAsync(ConsulApi api, string behaviour, string lockDelay = "1ms") =>
        (await api.PutAsync(
            "/v1/session/create",
            new JsonObject { ["Behavior"] = behaviour, ["TTL"] = "10s", ["LockDelay"] = lockDelay }
                .ToJsonString()))!["ID"]!.GetValue<string>();

    /// <summary>Writes a report as the original does: with the key's session or a new one, renewed, and then a plain
    /// put.</summary>
    public static async Task PutInfoAsync(ConsulApi api, string key, string value)
    {
        var session = (await api.EntryAsync(key))?["Session"]?.GetValue<string>();
        if (session is null)
        {
            session = await SessionAsync(api, "delete");
            await api.PutAsync($"/v1/kv/{key}?acquire={session}&flags={Flags}");
        }

        await api.PutAsync($"/v1/session/renew/{session}");
        await api.PutAsync($"/v1/kv/{key}?flags={Flags}", value);
    }

    /// <summary>Releases the lock, as Go's Unlock.</summary>
    public async Task UnlockAsync() =>
        await _api.PutAsync($"/v1/kv/{_key}?release={SessionId}&flags={Flags}", _value);

    /// <summary>True while Go's lock monitor would consider the lock as its own.</summary>
    public async Task<bool> IsLeaderAsync() =>
        (await _api.EntryAsync(_key))?["Session"]?.GetValue<string>() == SessionId;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _renewing;
        await _api.PutAsync($"/v1/session/destroy/{SessionId}");
        _stop.Dispose();
    }

    private async Task LockAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var entry = await _api.EntryAsync(_key);
            if (entry is not null && entry["Flags"]!.GetValue<ulong>() != Flags)
            {
                throw new InvalidOperationException("existing key does not match lock use");
            }

            if (entry?["Session"] is null)
            {
                var taken = await _api.PutAsync($"/v1/kv/{_key}?acquire={SessionId}&flags={Flags}", _value);
                if (taken!.GetValue<bool>())
                {
                    return;
                }

                if ((await _api.EntryAsync(_key))?["Session"] is null)
                {
                    // Lock delay.
                    await Task.Delay(RetryTime);
                    continue;
                }
            }

            await _api.GetAsync($"/v1/kv/{_key}?index={entry?["ModifyIndex"] ?? 1}&wait=15s");
        }
    }

    private async Task RenewAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(RenewInterval, _stop.Token);
                await _api.PutAsync($"/v1/session/renew/{SessionId}");
            }
        }
        catch (Exception e) when (e is OperationCanceledException or HttpRequestException)
        {
            // Stopped, or the session is gone.
        }
    }
}

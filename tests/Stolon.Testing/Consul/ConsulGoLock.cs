using System.Text.Json.Nodes;

namespace Stolon.Testing.Consul;

/// <summary>A candidate that does over plain HTTP what Consul's Go client and the original do with a lock (store.md
/// 7.3): written from the specification, sharing nothing with the code under test.</summary>
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

    /// <summary>Completes when it has the lock.</summary>
    public Task Locked { get; }

    /// <summary>Begins to try for the lock.</summary>
    public static async Task<ConsulGoLock> BeginAsync(ConsulApi api, string key, string value) =>
        new(api, key, value, await SessionAsync(api, "release"));

    /// <summary>A session as the original makes it.</summary>
    public static async Task<string> SessionAsync(ConsulApi api, string behaviour, string lockDelay = "1ms") =>
        (await api.PutAsync(
            "/v1/session/create",
            new JsonObject { ["Behavior"] = behaviour, ["TTL"] = "10s", ["LockDelay"] = lockDelay }
                .ToJsonString()))!["ID"]!.GetValue<string>();

    /// <summary>A report as the original writes it: the key's session or a new one, renewed, then a plain
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

    /// <summary>Gives the lock back, as its Unlock does.</summary>
    public async Task UnlockAsync() =>
        await _api.PutAsync($"/v1/kv/{_key}?release={SessionId}&flags={Flags}", _value);

    /// <summary>True while the lock monitor would see the lock as its own.</summary>
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

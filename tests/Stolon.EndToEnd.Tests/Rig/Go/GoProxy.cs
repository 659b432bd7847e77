using System.Text.Json.Nodes;
using Stolon.Testing.Etcd;
using Stolon.Testing.Go;

namespace Stolon.EndToEnd.Tests.Rig.Go;

/// <summary>A proxy of the original, without its port (docs/spec/proxy-rules.md 3): it confirms a generation after it
/// has let go of a destination, and before it takes one.</summary>
public sealed class GoProxy(EtcdJsonApi etcd, string basePath) : GoProgram(etcd, basePath)
{
    private const long ProxyTimeout = 10_000_000_000;
    private volatile string? _destination;
    private volatile bool _busy;

    /// <summary>Uid of the db that it forwards to; null: it forwards nowhere.</summary>
    public string? Destination => _destination;

    /// <summary>While set, its checks take long: nothing is confirmed.</summary>
    public bool Busy
    {
        get => _busy;
        set => _busy = value;
    }

    protected override async Task CheckAsync()
    {
        var (data, _) = await ReadAsync();
        var target = (string)data["proxy"]!["spec"]!["masterDbUid"]!;
        if (_busy)
        {
            return;
        }

        if (data["dbs"]![target] is null)
        {
            _destination = null;
        }

        await PublishAsync($"proxies/info/{Uid}", GoTypes.ProxyInfo, new JsonObject
        {
            ["infoUID"] = NewUid(),
            ["UID"] = Uid,
            ["Generation"] = data["proxy"]!["generation"]!.DeepClone(),
            ["ProxyTimeout"] = ProxyTimeout,
        });
        if (data["dbs"]![target] is not null)
        {
            var enabled = data["proxy"]!["spec"]!["enabledProxies"]?.AsArray().Any(uid => (string)uid! == Uid) is true;
            _destination = enabled ? target : null;
        }
    }

    protected override Task StoppedAsync() => Etcd.DeleteAsync($"{BasePath}/proxies/info/{Uid}");
}

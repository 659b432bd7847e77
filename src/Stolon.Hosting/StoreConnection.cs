using Microsoft.Extensions.Logging;
using Stolon.Core.Common;
using Stolon.Hosting.Options;
using Stolon.Ports.Store;
using Stolon.Store;
using Stolon.Store.Election;
using Stolon.Store.Etcd;
using Stolon.Store.KeyValue;

namespace Stolon.Hosting;

/// <summary>The store the options name: the cluster's documents and the sentinels' election, over the same
/// client.</summary>
public sealed class StoreConnection(IClusterStore store, IElection election, IDisposable client) : IDisposable
{
    public IClusterStore Store { get; } = store;

    public IElection Election { get; } = election;

    /// <summary>Makes the client; nothing is sent until it is used.</summary>
    /// <exception cref="FatalException">The options cannot be used, or the backend is not built yet.</exception>
    public static StoreConnection Open(CommonOptions options, TimeProvider time, ILogger logger)
    {
        try
        {
            return StoreFactory.Open(options, common => OpenEtcdV3(common, time, logger));
        }
        catch (StoreOptionsException e)
        {
            throw new FatalException(e.Message, e);
        }
    }

    public void Dispose() => client.Dispose();

    private static StoreConnection OpenEtcdV3(CommonOptions options, TimeProvider time, ILogger logger)
    {
        var endpoints = StoreEndpoints.Parse(options.Endpoints, StoreEndpoints.EtcdDefault);
        var client = new EtcdKeyValueStore(
            new EtcdOptions
            {
                Endpoints = endpoints,
                RequestTimeout = options.Timeout,
                Tls = endpoints.Tls ? StoreTls.Load(TlsOptions(options)) : null,
                Login = options.User is { } user ? new StoreLogin(user, Password(options, logger)) : null,
            },
            time,
            logger);
        var paths = new StorePaths(options.Prefix, options.ClusterName);
        return new StoreConnection(
            new KeyValueClusterStore(client, paths),
            new LeaseElection(
                client.LeaseServer, paths.SentinelLeader, LeaseElection.DefaultTimeToLive, time, logger),
            client);
    }

    private static Secret Password(CommonOptions options, ILogger logger)
    {
        if (options.PasswordFile is not { } path)
        {
            return options.Password!;
        }

        var file = SecretFile.Read(path);
        if (file.TooOpen)
        {
            HostingLog.TooOpen(logger, path, file.ModeText);
        }

        return file.Secret.Length > 0
            ? new Secret(file.Secret)
            : throw new FatalException($"password file {path} is empty");
    }

    private static StoreTlsOptions TlsOptions(CommonOptions options) => new()
    {
        CaFile = options.AuthoritiesFile,
        CertFile = options.CertificateFile,
        KeyFile = options.KeyFile,
        SkipVerify = options.SkipTlsVerification,
    };
}

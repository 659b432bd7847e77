using Stolon.Core.Common;
using Stolon.Hosting.CommandLine;
using Stolon.Hosting.Options;

namespace Stolon.Keeper;

/// <summary>The flags of <c>stolon-keeper</c> (docs/spec/keeper.md 1).</summary>
internal static class KeeperFlags
{
    public const string Uid = "uid";
    public const string Id = "id";
    public const string DataDir = "data-dir";
    public const string ListenAddress = "pg-listen-address";
    public const string Port = "pg-port";
    public const string AdvertiseAddress = "pg-advertise-address";
    public const string AdvertisePort = "pg-advertise-port";
    public const string BinPath = "pg-bin-path";
    public const string WalDir = "pg-wal-dir";
    public const string ReplicationMethod = "pg-repl-auth-method";
    public const string ReplicationName = "pg-repl-username";
    public const string ReplicationPassword = "pg-repl-password";
    public const string ReplicationPasswordFile = "pg-repl-passwordfile";
    public const string SuperuserMethod = "pg-su-auth-method";
    public const string SuperuserName = "pg-su-username";
    public const string SuperuserPassword = "pg-su-password";
    public const string SuperuserPasswordFile = "pg-su-passwordfile";
    public const string SuperuserCertificate = "pg-su-ssl-cert-file";
    public const string SuperuserKey = "pg-su-ssl-key-file";
    public const string ReplicationCertificate = "pg-repl-ssl-cert-file";
    public const string ReplicationKey = "pg-repl-ssl-key-file";
    public const string TlsMode = "pg-ssl-mode";
    public const string TlsAuthorities = "pg-ssl-ca-file";
    public const string CanBePrimary = "can-be-master";
    public const string CanBeSynchronous = "can-be-synchronous-replica";
    public const string DisableLocking = "disable-data-dir-locking";

    public static ValueList<FlagDefinition> All =>
    [
        .. CommonFlags.Daemon,
        FlagDefinition.Text(Uid, "", "uid of this keeper, unique in the cluster (generated when empty)"),
        FlagDefinition.Text(Id, "", "uid of this keeper") with
        {
            Deprecated = "please use --uid", AliasOf = Uid,
        },
        FlagDefinition.Text(DataDir, "", "directory for the keeper's state and the PostgreSQL data (required)"),
        FlagDefinition.Text(ListenAddress, "", "address PostgreSQL listens on (required)"),
        FlagDefinition.Text(Port, "5432", "port PostgreSQL listens on"),
        FlagDefinition.Text(
            AdvertiseAddress, "", "address at which others reach PostgreSQL (default: the listen address)"),
        FlagDefinition.Text(AdvertisePort, "", "port at which others reach PostgreSQL (default: the listen port)"),
        FlagDefinition.Text(BinPath, "", "directory of the PostgreSQL programs (default: found through PATH)"),
        FlagDefinition.Text(
            WalDir, "", "directory for PostgreSQL's WAL, for example on a separate disk; used when the data are next "
            + "created or cloned (default: unchanged; for new data, in the data directory)"),
        FlagDefinition.Text(
            ReplicationMethod, "md5", "how the replication user is authenticated: md5, scram-sha-256, cert or trust"),
        FlagDefinition.Text(ReplicationName, "", "name of the replication user (required)"),
        FlagDefinition.Text(ReplicationPassword, "", "password of the replication user (visible in the process list: "
            + "prefer the password file)"),
        FlagDefinition.Text(
            ReplicationPasswordFile, "", "file with the password of the replication user, read again when the "
            + "server refuses it; required, or the password itself, unless the method is cert or trust"),
        FlagDefinition.Text(
            SuperuserMethod, "md5", "how the superuser is authenticated: md5, scram-sha-256, cert or trust"),
        FlagDefinition.Text(SuperuserName, "", "name of the superuser (default: the user this program runs as)"),
        FlagDefinition.Text(SuperuserPassword, "", "password of the superuser (visible in the process list: prefer "
            + "the password file)"),
        FlagDefinition.Text(
            SuperuserPasswordFile, "", "file with the password of the superuser, read again when the server "
            + "refuses it; required, or the password itself, unless the method is cert or trust"),
        FlagDefinition.Text(ReplicationCertificate, "", "client certificate of the replication user (PEM file); its "
            + "common name is the user's name"),
        FlagDefinition.Text(ReplicationKey, "", "private key of the replication user's certificate (PEM file)"),
        FlagDefinition.Text(SuperuserCertificate, "", "client certificate of the superuser (PEM file); its common name "
            + "is the user's name"),
        FlagDefinition.Text(SuperuserKey, "", "private key of the superuser's certificate (PEM file)"),
        FlagDefinition.Text(TlsMode, "prefer", "TLS of connections to other instances: prefer, require, verify-ca or "
            + "verify-full"),
        FlagDefinition.Text(TlsAuthorities, "", "certificates to trust when connecting to other instances (PEM file)"),
        FlagDefinition.Switch(CanBePrimary, true, "whether this keeper may become primary"),
        FlagDefinition.Switch(CanBeSynchronous, true, "whether this keeper may be a synchronous standby"),
        FlagDefinition.Switch(DisableLocking, false, "do not lock the data directory"),
    ];
}

using static Stolon.Testing.Go.GoType;

namespace Stolon.Testing.Go;

/// <summary>The types of the original's documents, from the tables of docs/spec/store.md 4, docs/spec/cluster-data.md,
/// docs/spec/cluster-specification.md 1 and docs/spec/keeper.md 2.2. Shares nothing with the classes under
/// test.</summary>
public static class GoTypes
{
    private static readonly GoType String = new Text();
    private static readonly GoType Bool = new Flag();
    private static readonly GoType Int = new Whole(int.MinValue, int.MaxValue);
    private static readonly GoType Int64 = new Whole(long.MinValue, long.MaxValue);
    private static readonly GoType Uint64 = new Whole(0, ulong.MaxValue);
    private static readonly GoType Uint32 = new Whole(0, uint.MaxValue);
    private static readonly GoType Uint16 = new Whole(0, ushort.MaxValue);
    private static readonly GoType Time = new Time();
    private static readonly GoType Duration = new Duration();
    private static readonly GoType Strings = new ListOf(String);
    private static readonly GoType Parameters = new MapOf(String);
    private static readonly Struct Empty = new();

    private static readonly Struct BinaryVersion = new(Always("Maj", Int), Always("Min", Int));

    private static readonly GoType History = new ListOf(new Struct(
        Omit("timelineID", Uint64), Omit("switchPoint", Uint64), Omit("reason", String)));

    private static readonly Struct NewConfig =
        new(Omit("locale", String), Omit("encoding", String), Omit("dataChecksums", Bool));

    private static readonly Struct ArchiveRecovery = new(Omit("restoreCommand", String));

    private static readonly Struct StandbySettings = new(
        Omit("primaryConninfo", String), Omit("primarySlotName", String), Omit("recoveryMinApplyDelay", String));

    private static readonly Struct PitrConfig = new(
        Omit("dataRestoreCommand", String),
        Optional("archiveRecoverySettings", ArchiveRecovery),
        Optional("recoveryTargetSettings", new Struct(
            Omit("recoveryTarget", String),
            Omit("recoveryTargetLsn", String),
            Omit("recoveryTargetName", String),
            Omit("recoveryTargetTime", String),
            Omit("recoveryTargetXid", String),
            Omit("recoveryTargetTimeline", String))));

    private static readonly Struct ClusterSpec = new(
        Optional("sleepInterval", Duration),
        Optional("requestTimeout", Duration),
        Optional("convergenceTimeout", Duration),
        Optional("initTimeout", Duration),
        Optional("syncTimeout", Duration),
        Optional("dbWaitReadyTimeout", Duration),
        Optional("failInterval", Duration),
        Optional("deadKeeperRemovalInterval", Duration),
        Optional("proxyCheckInterval", Duration),
        Optional("proxyTimeout", Duration),
        Optional("maxStandbys", Uint16),
        Optional("maxStandbysPerSender", Uint16),
        Optional("maxStandbyLag", Uint32),
        Optional("synchronousReplication", Bool),
        Optional("minSynchronousStandbys", Uint16),
        Optional("maxSynchronousStandbys", Uint16),
        Always("additionalWalSenders", new Optional(Uint16)),
        Always("additionalMasterReplicationSlots", Strings),
        Optional("usePgrewind", Bool),
        Optional("initMode", String),
        Optional("mergePgParameters", Bool),
        Optional("role", String),
        Optional("newConfig", NewConfig),
        Optional("pitrConfig", PitrConfig),
        Optional("existingConfig", new Struct(Omit("keeperUID", String))),
        Optional("standbyConfig", new Struct(
            Optional("standbySettings", StandbySettings), Optional("archiveRecoverySettings", ArchiveRecovery))),
        Optional("defaultSUReplAccessMode", String),
        Omit("pgParameters", Parameters),
        Always("pgHBA", Strings),
        Always("automaticPgRestart", new Optional(Bool)));

    private static readonly Struct Keeper = new(
        Omit("uid", String),
        Omit("generation", Int64),
        Always("changeTime", Time),
        Optional("spec", Empty),
        Always("status", new Struct(
            Omit("healthy", Bool),
            Always("lastHealthyTime", Time),
            Omit("bootUUID", String),
            Always("postgresBinaryVersion", BinaryVersion),
            Omit("forceFail", Bool),
            Optional("canBeMaster", Bool),
            Optional("canBeSynchronousReplica", Bool))));

    private static readonly Struct DbSpec = new(
        Omit("keeperUID", String),
        Always("requestTimeout", Duration),
        Omit("maxStandbys", Uint16),
        Omit("synchronousReplication", Bool),
        Omit("usePgrewind", Bool),
        Always("additionalWalSenders", Uint16),
        Always("additionalReplicationSlots", Strings),
        Omit("initMode", String),
        Optional("newConfig", NewConfig),
        Optional("pitrConfig", PitrConfig),
        Omit("pgParameters", Parameters),
        Always("pgHBA", Strings),
        Omit("role", String),
        Optional("followConfig", new Struct(
            Omit("type", String),
            Omit("dbuid", String),
            Optional("standbySettings", StandbySettings),
            Optional("archiveRecoverySettings", ArchiveRecovery))),
        Always("followers", Strings),
        Omit("includePreviousConfig", Bool),
        Always("synchronousStandbys", Strings),
        Always("externalSynchronousStandbys", Strings));

    private static readonly Struct Db = new(
        Omit("uid", String),
        Omit("generation", Int64),
        Always("changeTime", Time),
        Optional("spec", DbSpec),
        Always("status", new Struct(
            Omit("healthy", Bool),
            Omit("currentGeneration", Int64),
            Omit("listenAddress", String),
            Omit("port", String),
            Omit("systemdID", String),
            Omit("timelineID", Uint64),
            Omit("xLogPos", Uint64),
            Omit("timelinesHistory", History),
            Omit("pgParameters", Parameters),
            Always("synchronousStandbys", Strings),
            Omit("olderWalFile", String))));

    public static Struct ClusterData { get; } = new(
        Always("formatVersion", Uint64),
        Always("changeTime", Time),
        Always("cluster", new Optional(new Struct(
            Omit("uid", String),
            Omit("generation", Int64),
            Always("changeTime", Time),
            Optional("spec", ClusterSpec),
            Always("status", new Struct(
                Omit("currentGeneration", Int64), Omit("phase", String), Omit("master", String)))))),
        Always("keepers", new MapOf(new Optional(Keeper))),
        Always("dbs", new MapOf(new Optional(Db))),
        Always("proxy", new Optional(new Struct(
            Omit("uid", String),
            Omit("generation", Int64),
            Always("changeTime", Time),
            Always("spec", new Struct(Omit("masterDbUid", String), Omit("enabledProxies", Strings))),
            Always("status", Empty)))));

    public static Struct KeeperInfo { get; } = new(
        Omit("infoUID", String),
        Omit("uid", String),
        Omit("clusterUID", String),
        Omit("bootUUID", String),
        Always("postgresBinaryVersion", BinaryVersion),
        Optional("postgresState", new Struct(
            Omit("uid", String),
            Omit("generation", Int64),
            Omit("listenAddress", String),
            Omit("port", String),
            Omit("healthy", Bool),
            Omit("systemID", String),
            Omit("timelineID", Uint64),
            Omit("xLogPos", Uint64),
            Omit("timelinesHistory", History),
            Omit("pgParameters", Parameters),
            Always("synchronousStandbys", Strings),
            Omit("olderWalFile", String))),
        Optional("canBeMaster", Bool),
        Optional("canBeSynchronousReplica", Bool));

    public static Struct ProxyInfo { get; } = new(
        Omit("infoUID", String), Always("UID", String), Always("Generation", Int64), Always("ProxyTimeout", Int64));

    public static Struct SentinelInfo { get; } = new(Always("UID", String));

    public static Struct KeeperState { get; } = new(Always("UID", String), Always("ClusterUID", String));

    public static Struct DbState { get; } = new(
        Always("UID", String),
        Always("Generation", Int64),
        Always("Initializing", Bool),
        Always("InitPGParameters", Parameters));

    private static GoField Always(string name, GoType type) => new(name, type);

    private static GoField Omit(string name, GoType type) => new(name, type, OmitEmpty: true);

    private static GoField Optional(string name, GoType type) => new(name, new Optional(type), OmitEmpty: true);
}

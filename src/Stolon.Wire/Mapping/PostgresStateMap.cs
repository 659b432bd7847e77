using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Wire.V1;

namespace Stolon.Wire.Mapping;

/// <summary>Converts the state of a server in a keeper's report and in the cluster data: the shared members once, and
/// the members of each.</summary>
internal static class PostgresStateMap
{
    public static PostgresReport ToDomain(this PostgresStateV1 wire) => new(wire.ToState())
    {
        Instance = wire.Uid.NullIfEmpty() is { } uid ? new InstanceUid(uid) : null,
        Generation = new Generation(wire.Generation ?? 0),
        Healthy = wire.Healthy ?? false,
        SynchronousStandbys = wire.SynchronousStandbys.ToItems(standby => new InstanceUid(standby)),
        Reason = wire.Reason.NullIfEmpty(),
        Obstacle = wire.Obstacle.NullIfEmpty(),
        Serves = wire.Serves ?? false,
        StreamsFrom = wire.StreamsFrom.NullIfEmpty(),
        WriteProblem = wire.WriteProblem.NullIfEmpty(),
        Stopped = wire.Stopped ?? false,
        UnplannedEnds = wire.UnplannedEnds ?? 0,
        StartTrouble = wire.StartTrouble.ToDomain(),
        Streams = wire.Streams.ToDomain(),
        Slots = wire.Slots.ToDomain(),
        LeftOut = wire.LeftOut.ToStrings(),
        WalDisk = wire.WalDisk.ToDomain(),
    };

    public static PostgresStateV1 ToWire(this PostgresReport report) => new PostgresStateV1
    {
        Uid = report.Instance?.Value.NullIfEmpty(),
        Generation = report.Generation.Value.NullIfZero(),
        Healthy = report.Healthy.NullIfFalse(),
        SynchronousStandbys = report.SynchronousStandbys.ToWire(standby => standby.Value),
        Reason = report.Reason.NullIfEmpty(),
        Obstacle = report.Obstacle.NullIfEmpty(),
        Serves = report.Serves.NullIfFalse(),
        StreamsFrom = report.StreamsFrom.NullIfEmpty(),
        WriteProblem = report.WriteProblem.NullIfEmpty(),
        Stopped = report.Stopped.NullIfFalse(),
        UnplannedEnds = report.UnplannedEnds == 0 ? null : report.UnplannedEnds,
        StartTrouble = report.StartTrouble.ToWire(),
        Streams = report.Streams.ToWire(),
        Slots = report.Slots.ToWire(),
        LeftOut = report.LeftOut.ToWire(),
        WalDisk = report.WalDisk.ToWire(),
    }.With(report);

    public static InstanceStatus ToDomain(this InstanceStatusV1 wire) => new(wire.ToState())
    {
        Healthy = wire.Healthy ?? false,
        CurrentGeneration = new Generation(wire.CurrentGeneration ?? 0),
        SynchronousStandbys = wire.SynchronousStandbys.ToItems(uid => new InstanceUid(uid)),
        LeftOut = wire.LeftOut.ToStrings() ?? [],
        Trouble = wire.Trouble.ToDomain(),
    };

    public static InstanceStatusV1 ToWire(this InstanceStatus status) => new InstanceStatusV1
    {
        Healthy = status.Healthy.NullIfFalse(),
        CurrentGeneration = status.CurrentGeneration.Value.NullIfZero(),
        SynchronousStandbys = status.SynchronousStandbys.ToWire(uid => uid.Value),
        LeftOut = status.LeftOut.IsEmpty ? null : [.. status.LeftOut],
        Trouble = status.Trouble.ToWire(),
    }.With(status);

    private static PostgresState ToState(this IPostgresMembersV1 wire) => new()
    {
        ListenAddress = wire.ListenAddress.NullIfEmpty(),
        Port = wire.Port.NullIfEmpty(),
        SystemIdentifier = wire.SystemId.NullIfEmpty(),
        Timeline = new Timeline(wire.TimelineId ?? 0),
        Position = new Lsn(wire.XLogPos ?? 0),
        TimelineHistory = wire.TimelinesHistory.ToDomain(),
        PgParameters = wire.PgParameters.ToStrings(),
        OldestWalFile = wire.OlderWalFile.NullIfEmpty(),
        ReplayedPosition = new Lsn(wire.ReplayPos ?? 0),
        PendingRestart = wire.PendingRestart.ToStrings() ?? [],
    };

    private static T With<T>(this T wire, PostgresState state)
        where T : IPostgresMembersV1
    {
        wire.ListenAddress = state.ListenAddress.NullIfEmpty();
        wire.Port = state.Port.NullIfEmpty();
        wire.SystemId = state.SystemIdentifier.NullIfEmpty();
        wire.TimelineId = state.Timeline.Value.NullIfZero();
        wire.XLogPos = state.Position.Value.NullIfZero();
        wire.TimelinesHistory = state.TimelineHistory.ToWire();
        wire.PgParameters = state.PgParameters.ToWire();
        wire.OlderWalFile = state.OldestWalFile.NullIfEmpty();
        wire.ReplayPos = state.ReplayedPosition.Value.NullIfZero();
        wire.PendingRestart = state.PendingRestart.IsEmpty ? null : [.. state.PendingRestart];
        return wire;
    }

    private static ValueList<TimelineSwitch> ToDomain(this List<TimelineSwitchV1?>? history) =>
        (history ?? []).Select(entry => new TimelineSwitch(
            new Timeline(entry?.TimelineId ?? 0), new Lsn(entry?.SwitchPoint ?? 0), entry?.Reason ?? "")).ToValueList();

    private static List<TimelineSwitchV1?>? ToWire(this ValueList<TimelineSwitch> history) =>
        history.IsEmpty ? null :
        [
            .. history.Select(entry => new TimelineSwitchV1
            {
                TimelineId = entry.Timeline.Value.NullIfZero(),
                SwitchPoint = entry.SwitchPoint.Value.NullIfZero(),
                Reason = entry.Reason.NullIfEmpty(),
            }),
        ];
}

using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Postgres;

namespace Stolon.Core.Keeper;

/// <summary>The configuration that a server must get, from the cluster data and the keeper's options
/// (docs/spec/keeper.md 6).</summary>
public static class DesiredConfiguration
{
    /// <summary>For a primary.</summary>
    /// <param name="internalOnly">Reject ordinary users.</param>
    public static ServerConfiguration Primary(KeeperView view, Instance instance, bool internalOnly) =>
        KeepingTimelineTarget(view, Basic(view, instance, internalOnly));

    /// <summary>For the start of an instance that must become primary. A standby's data start as a standby and are then
    /// promoted, because only a promotion gives them a timeline of their own.</summary>
    internal static ServerConfiguration ForPromotion(KeeperView view, Instance instance, bool internalOnly) =>
        view.Observation.Data is { Role: InstanceRole.Standby }
            ? RecoveryCommands.ForPromotion(
                view,
                WithMinimums(view, Primary(view, instance, internalOnly)) with { Recovery = RecoveryMode.Standby })
            : Primary(view, instance, internalOnly);

    /// <summary>For a standby; null: the instance that it follows is gone or has not reported its address.</summary>
    public static ServerConfiguration? Standby(KeeperView view, Instance instance)
    {
        var basic = WithMinimums(view, Basic(view, instance, internalOnly: false)) with
        {
            Recovery = RecoveryMode.Standby,
        };
        return instance.Spec.Follow switch
        {
            FollowSource.External external => basic with
            {
                RecoveryParameters = RecoveryParameters.For(external.Standby, external.ArchiveRecovery, null),
            },
            FollowSource.Internal when view.FollowedBy(instance) is { } followed
                && AddressOf(followed) is { } source => RecoveryCommands.WithoutHung(
                    view, Following(view, instance.Uid, source, basic)),
            _ => null,
        };
    }

    /// <summary>For a recovery from a backup to its target, or to the history of an external server
    /// (docs/spec/keeper.md 4.1, pitr).</summary>
    public static ServerConfiguration Restoring(KeeperView view, Instance instance)
    {
        var backup = instance.Spec.PointInTimeConfig;
        var external = instance.Spec.Follow as FollowSource.External;
        return Basic(view, instance, internalOnly: false) with
        {
            Recovery = external is null ? RecoveryMode.Recovery : RecoveryMode.Standby,
            RecoveryParameters = RecoveryParameters.For(
                external?.Standby, backup?.ArchiveRecovery, backup?.RecoveryTarget),
        };
    }

    /// <summary>The address that an instance reported; null: none yet.</summary>
    public static ServerAddress? AddressOf(Instance instance) =>
        string.IsNullOrEmpty(instance.Status.ListenAddress) || string.IsNullOrEmpty(instance.Status.Port)
            ? null
            : new ServerAddress(instance.Status.ListenAddress, instance.Status.Port);

    /// <summary>A primary does not need recovery_target_timeline. But PostgreSQL asks for a restart when the parameter
    /// disappears from the files of a running server, that is, after every promotion.</summary>
    private static ServerConfiguration KeepingTimelineTarget(KeeperView view, ServerConfiguration configuration) =>
        view.Observation.Version.AtLeast(12)
            ? configuration with { Parameters = configuration.Parameters.With("recovery_target_timeline", "latest") }
            : configuration;

    private static ServerConfiguration Following(
        KeeperView view, InstanceUid self, ServerAddress source, ServerConfiguration basic)
    {
        var given = view.Identity.Replication;
        var login = given with { Password = view.Observation.ReplicationPassword ?? given.Password };
        var info = ConnectionInfo.ForReplication(source, login.Name, login.Password, self)
            .Over(view.Identity.Tls, login.Certificate);
        var password = PasswordIn(view, source, login);
        if (password is not null)
        {
            info = info.WithPasswordFile(password.Path);
        }

        return basic with
        {
            RecoveryParameters = RecoveryParameters.For(
                RecoveryParameters.Following(info, self), archive: null, target: null),
            Password = password,
        };
    }

    /// <summary>Null: no password file. libpq supports the keyword passfile since PostgreSQL 10.</summary>
    private static PasswordEntry? PasswordIn(KeeperView view, ServerAddress source, Login login) =>
        login.Password is { } password && view.Identity.PasswordFile is { } file && view.Observation.Version.AtLeast(10)
            ? new PasswordEntry(file, new Secret(PgPassLine.Format(source, login.Name, password)))
            : null;

    /// <summary>With the parameters that a standby on the local data requires.</summary>
    private static ServerConfiguration WithMinimums(KeeperView view, ServerConfiguration configuration) =>
        view.Observation.Data is { } data
            ? configuration with
            {
                Parameters = StandbyRequirements.Raise(configuration.Parameters, data.StandbyMinimums),
                Minimums = data.StandbyMinimums,
            }
            : configuration;

    private static ServerConfiguration Basic(KeeperView view, Instance instance, bool internalOnly)
    {
        var access = Access(view, instance, internalOnly);
        return new ServerConfiguration
        {
            Parameters = ParametersOf(view, instance),
            Hba = HbaRules.For(access),
            OwnHbaLines = HbaRules.For(access with { InternalOnly = true }).Count,
            UsersExcluded = internalOnly,
            UserMap = HbaRules.UserMap(access),
        };
    }

    private static ValueMap<string, string> ParametersOf(KeeperView view, Instance instance) =>
        ManagedParameters.Effective(new ManagedParameterInputs
        {
            Version = view.Observation.Version,
            Initial = instance.Spec.IncludePreviousConfig && view.Local.Uid == instance.Uid
                ? view.Local.InitParameters
                : null,
            User = instance.Spec.PgParameters,
            ListenAddress = view.Identity.ListenAddress,
            Port = view.Identity.Port,
            UnixSocketDirectory = SocketDirectoriesOf(view),
            MaxStandbys = instance.Spec.MaxStandbys,
            AdditionalWalSenders = instance.Spec.AdditionalWalSenders,
            UsePgRewind = instance.Spec.UsePgRewind,
            SynchronousStandbyNames = instance.Spec.SynchronousReplication
                ? SynchronousStandbyNames.Format(
                    instance.Spec.SynchronousStandbys, instance.Spec.ExternalSynchronousStandbys)
                : "",
        });

    /// <summary>A running server keeps the directories that it was started with, because a change would only wait for a
    /// restart. A server that an older keeper started has no second directory.</summary>
    private static string SocketDirectoriesOf(KeeperView view) =>
        view.Observation.Server?.Answers is { SocketDirectories: { Length: > 0 } inForce }
            ? inForce
            : SocketDirectories.Format(view.Identity.SocketDirectory, view.Identity.OwnSocketDirectory);

    private static HbaInputs Access(KeeperView view, Instance instance, bool internalOnly) => new()
    {
        SuperuserName = view.Identity.Superuser.Name,
        SuperuserMethod = view.Identity.Superuser.Method,
        ReplicationName = view.Identity.Replication.Name,
        ReplicationMethod = view.Identity.Replication.Method,
        SystemUser = view.Identity.SystemUser,
        Access = view.Settings.ReplicationAccess,
        StrictAddresses = instance.IsPrimaryType
            ? view.Data.Instances.Values
                .Where(i => i.Uid != instance.Uid)
                .Select(i => i.Status.ListenAddress ?? "")
                .ToSortedSet()
            : [],
        UserEntries = instance.Spec.PgHba,
        InternalOnly = internalOnly,
    };
}

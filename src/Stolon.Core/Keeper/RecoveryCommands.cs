using Stolon.Core.Model;

namespace Stolon.Core.Keeper;

/// <summary>The operator's commands that recovery runs and waits for: when a server is to do without them. Neither a
/// promotion nor a standby that can stream depends on the archive.</summary>
/// <remarks>A command that is ended by a signal ends recovery, and with it the server: there is no way to be rid of one
/// that hangs but a restart without it.</remarks>
internal static class RecoveryCommands
{
    /// <summary>How long a promotion waits for one command: commits wait for the promotion.</summary>
    public static readonly TimeSpan PromotionWaitLimit = TimeSpan.FromSeconds(5);

    /// <summary>What is started to be promoted starts without the commands. A running standby that is promoted keeps
    /// them: the archive may have WAL, and numbers of timelines, that nobody else has; they have little time
    /// then.</summary>
    public static ServerConfiguration ForPromotion(KeeperView view, ServerConfiguration configuration) =>
        view.Memory.WithoutArchive
            ? OperatorCommand.RecoveryCommandParameters.Aggregate(configuration, Without)
            : configuration;

    /// <summary>Without a restore command that hung, for as long as it is the same one.</summary>
    public static ServerConfiguration WithoutHung(KeeperView view, ServerConfiguration configuration) =>
        view.Memory.HungRestore is { } hung && Restore(configuration) == hung
            ? Without(configuration, "restore_command")
            : configuration;

    /// <summary>Whether recovery waits for one of them, and has for so long.</summary>
    public static bool IsBlocked(KeeperView view, TimeSpan limit) =>
        view.Observation.Server?.Command is { BlocksRecovery: true } command && command.Age > limit;

    /// <summary>The restore command that keeps a standby from streaming: it has been running for longer than
    /// failInterval while the instance followed is well and has the WAL that comes next.</summary>
    /// <returns>As it was written; empty: that is not known. Null: none does, or there is nothing to follow but the
    /// archive.</returns>
    public static string? HungRestoreCommand(KeeperView view, Instance instance, DataDirectoryObservation data) =>
        IsBlocked(view, view.Settings.FailInterval)
        && view.FollowedBy(instance) is { Status.Healthy: true, Converged: true } followed
        && followed.Spec.Followers.Contains(instance.Uid)
        && ResyncPlan.CanResume(data, followed)
        && DesiredConfiguration.Standby(view, instance) is { } desired
            ? Restore(view.Memory.InEffect ?? desired) ?? Restore(desired) ?? ""
            : null;

    private static string? Restore(ServerConfiguration configuration) =>
        configuration.RecoveryParameters.TryGetValue("restore_command", out var command)
        || configuration.Parameters.TryGetValue("restore_command", out command)
            ? command
            : null;

    private static ServerConfiguration Without(ServerConfiguration configuration, string parameter) =>
        configuration with
        {
            Parameters = configuration.Parameters.Without(parameter),
            RecoveryParameters = configuration.RecoveryParameters.Without(parameter),
        };
}

using Stolon.Core.Model;

namespace Stolon.Core.Keeper;

/// <summary>Decides when a server must run without the operator's recovery commands. Neither a promotion nor a standby
/// that can stream may depend on the archive.</summary>
/// <remarks>A command that is ended by a signal ends recovery and the server. So the only way to remove a command that
/// hangs is a restart without it.</remarks>
internal static class RecoveryCommands
{
    /// <summary>How long a promotion waits for one command. Commits wait for the promotion.</summary>
    public static readonly TimeSpan PromotionWaitLimit = TimeSpan.FromSeconds(5);

    /// <summary>A server that is started for promotion starts without the commands. A running standby that is promoted
    /// keeps them for a short time, because the archive may have WAL and timelines that no instance has.</summary>
    public static ServerConfiguration ForPromotion(KeeperView view, ServerConfiguration configuration) =>
        view.Memory.WithoutArchive
            ? OperatorCommand.RecoveryCommandParameters.Aggregate(configuration, Without)
            : configuration;

    /// <summary>Without the restore command that hung, until another one is configured.</summary>
    public static ServerConfiguration WithoutHung(KeeperView view, ServerConfiguration configuration) =>
        view.Memory.HungRestore is { } hung && Restore(configuration) == hung
            ? Without(configuration, "restore_command")
            : configuration;

    /// <summary>Whether recovery has waited for one command for longer than <paramref name="limit"/>.</summary>
    public static bool IsBlocked(KeeperView view, TimeSpan limit) =>
        view.Observation.Server?.Command is { BlocksRecovery: true } command && command.Age > limit;

    /// <summary>The restore command that keeps a standby from streaming: it has been running for longer than
    /// failInterval, and the followed instance is healthy and has the WAL that comes next.</summary>
    /// <returns>The command as configured; empty: unknown. Null: none, or only the archive can be followed.</returns>
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

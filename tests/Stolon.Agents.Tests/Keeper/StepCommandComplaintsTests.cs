using Stolon.Agents.Tests.Rig;
using Stolon.Core.Keeper;
using Stolon.Core.Model;

namespace Stolon.Agents.Tests.Keeper;

/// <summary>A restore waits for the operator's commands without a limit: whoever looks is told for which, and since
/// when.</summary>
public sealed class StepCommandComplaintsTests
{
    private readonly KeeperAgentRig _rig = new();

    public StepCommandComplaintsTests()
    {
        _rig.Files.Keeper = new KeeperState(Clusters.K1, Clusters.Uid);
        _rig.Write(Clusters.Initializing(InstanceInitMode.PointInTimeRecovery).Change(Clusters.I1, i => i with
        {
            Spec = i.Spec with
            {
                PointInTimeConfig = new PointInTimeConfig
                {
                    DataRestoreCommand = "/usr/bin/fetch --password=secret %d",
                    RecoveryTarget = new RecoveryTargetSettings(),
                    ArchiveRecovery = new ArchiveRecoverySettings { RestoreCommand = "fetch-wal %f %p" },
                },
            },
        }));
    }

    [Fact]
    public void A_data_restore_command_that_runs_for_long_is_named_with_its_age_until_it_ends()
    {
        _rig.Postgres.Steps.Hanging = "restore";
        _rig.Stage.Begin(_rig.Tick.RunAsync);
        _rig.Stage.Advance(290);
        Assert.Empty(OfCommands());

        _rig.Stage.Advance(600);

        var complaint = Assert.Single(OfCommands());
        Assert.Matches("^dataRestoreCommand \\(fetch\\) has been running for (8[789][0-9]|890) s, ", complaint.Text);
        Assert.DoesNotContain("secret", complaint.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_restore_command_that_hangs_in_that_recovery_is_named_until_it_ends()
    {
        _rig.Postgres.Steps.Hanging = "await recovery end";
        _rig.Postgres.Command = new OperatorCommand("restore_command", 77, "fetch-wal", TimeSpan.FromSeconds(40));
        _rig.Stage.Begin(_rig.Tick.RunAsync);
        _rig.Stage.Advance(30);
        Assert.StartsWith(
            "PostgreSQL waits for restore_command (process 77, fetch-wal), which has been running for 40 s",
            Assert.Single(OfCommands()).Text,
            StringComparison.Ordinal);

        _rig.Postgres.Command = null;
        _rig.Stage.Advance(30);
        Assert.Empty(OfCommands());
    }

    private IEnumerable<Complaint> OfCommands() =>
        _rig.Complaints.Now.Where(c => c.Subject == ComplaintSubject.Command);
}

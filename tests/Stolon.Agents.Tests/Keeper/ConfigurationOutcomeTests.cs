using Stolon.Agents.Ports.Postgres;
using Stolon.Agents.Tests.Rig;
using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Model;

namespace Stolon.Agents.Tests.Keeper;

/// <summary>What a keeper makes of a server's answer to a configuration.</summary>
public sealed class ConfigurationOutcomeTests
{
    private static readonly LeftOutEntry Name =
        new(LeftOutKind.Parameter, "work_men", "unrecognized configuration parameter");

    private static readonly LeftOutEntry Line =
        new(LeftOutKind.Access, "pgHBA entry 1 \"host all all localhost …\"", "invalid authentication method");

    private readonly KeeperAgentRig _rig = KeeperAgentRig.AtWork();

    public static TheoryData<ConfigurationOutcome> NotInForce =>
        [new ConfigurationOutcome.Rejected(["a mistake"]), new ConfigurationOutcome.Unknown("no answer")];

    [Theory]
    [MemberData(nameof(NotInForce), DisableDiscoveryEnumeration = true)]
    public void A_configuration_that_is_not_in_force_is_never_saved_as_carried_out(ConfigurationOutcome outcome)
    {
        Change(generation: 2);
        _rig.Postgres.Outcome = outcome;

        Assert.Throws<PostgresToolException>(Tick);
        Assert.Throws<PostgresToolException>(Tick);

        Assert.Equal(Generation.First, _rig.Files.Instance.Generation);
        Assert.Equal("reload, reload", _rig.Done());
        var complaint = Assert.Single(_rig.Complaints.Now);
        Assert.Equal(ComplaintSubject.Convergence, complaint.Subject);
        Assert.Contains(outcome is ConfigurationOutcome.Rejected ? "a mistake" : "no answer", complaint.Text);

        _rig.Postgres.Outcome = new ConfigurationOutcome.Applied([]);
        Tick();
        Assert.Equal(new Generation(2), _rig.Files.Instance.Generation);
        Assert.Empty(_rig.Complaints.Now);
    }

    [Fact]
    public void Left_out_settings_are_a_complaint_and_delay_nothing()
    {
        Change(generation: 2);
        _rig.Postgres.Outcome = new ConfigurationOutcome.Applied([Name, Line]);

        Tick();

        Assert.Equal(new Generation(2), _rig.Files.Instance.Generation);
        Assert.Equal(
            [ComplaintSubject.Parameters, ComplaintSubject.Access], _rig.Complaints.Now.Select(c => c.Subject));
        Assert.Contains("work_men (unrecognized configuration parameter)", _rig.Complaints.Now[0].Text);
        Assert.Contains("pgHBA entry 1", _rig.Complaints.Now[1].Text);
        Assert.Contains(_rig.Stage.Log.Messages, t => t.Contains("work_men", StringComparison.Ordinal));

        Change(generation: 3);
        _rig.Postgres.Outcome = new ConfigurationOutcome.Applied([]);
        Tick();
        Assert.Empty(_rig.Complaints.Now);
    }

    [Fact]
    public void What_a_start_left_out_without_proof_is_given_again_once()
    {
        Change(generation: 2);
        _rig.Postgres.Running = false;
        _rig.Postgres.Outcome = new ConfigurationOutcome.Applied([Name, Line]) { Final = false };

        Tick();
        Tick();

        Assert.Equal("start, await ready, reload", _rig.Done());
    }

    [Fact]
    public void The_report_names_what_was_left_out_and_nothing_before_it_is_known()
    {
        _rig.Stage.Do(_rig.Reporter.ObserveAsync);
        Assert.Null(_rig.Shared.Report()!.LeftOut);

        _rig.Postgres.Outcome = new ConfigurationOutcome.Applied([Name, Line]);
        Tick();
        _rig.Stage.Do(_rig.Reporter.ObserveAsync);

        Assert.Equal<ValueList<string>?>(["work_men"], _rig.Shared.Report()!.LeftOut);
    }

    private void Change(long generation)
    {
        var data = Clusters.Running();
        var instance = data.Instances[Clusters.I1];
        _rig.Write(data with
        {
            Instances = data.Instances.With(Clusters.I1, instance with
            {
                Generation = new Generation(generation),
                Spec = instance.Spec with
                {
                    PgParameters = ValueMap<string, string>.Empty.With("work_mem", $"{generation}MB"),
                },
            }),
        });
    }

    private void Tick() => _rig.Stage.Do(_rig.Tick.RunAsync);
}

using Stolon.Agents.Keeper;
using Stolon.Agents.Tests.Rig;
using Stolon.Core.Keeper;
using Stolon.Core.Postgres;
using Stolon.Testing;

namespace Stolon.Agents.Tests.Keeper;

public sealed class KeeperRunLogTests
{
    private const string Wanted = "our db requested role is master";
    private const string Already = "already master";
    private const string Changed = "postgres parameters changed, reloading postgres instance";
    private const string Unchanged = "postgres parameters not changed";

    private readonly RecordedLog _log = new();
    private readonly KeeperRunLog _logged;

    public KeeperRunLogTests() => _logged = new KeeperRunLog(_log);

    [Fact]
    public void Each_run_logs_the_roles_before_the_parameters()
    {
        Assert.Equal([Wanted, Already, Unchanged], Run(KeeperRemark.ParametersUnchanged));
        Assert.Equal([Wanted, Already, Changed], Run(KeeperRemark.ParametersChanged));
        Assert.Equal([Wanted, Already, Changed], Run(KeeperRemark.ParametersChanged));
        Assert.Equal([Wanted, Already, Unchanged], Run(KeeperRemark.ParametersUnchanged));
        Assert.Equal([Wanted, Already, Unchanged], Run(KeeperRemark.ParametersUnchanged));
    }

    [Fact]
    public void A_run_that_hurries_repeats_only_that_the_parameters_have_not_changed()
    {
        Assert.Equal([Wanted, Already, Unchanged], Run(KeeperRemark.ParametersUnchanged, hurry: true));
        Assert.Equal([Unchanged], Run(KeeperRemark.ParametersUnchanged, hurry: true));
        Assert.Equal([Unchanged], Run(KeeperRemark.ParametersUnchanged, hurry: true));
        Assert.Equal([Wanted, Already, Changed], Run(KeeperRemark.ParametersChanged));
        Assert.Equal([Wanted, Already, Unchanged], Run(KeeperRemark.ParametersUnchanged, hurry: true));
        Assert.Equal([Unchanged], Run(KeeperRemark.ParametersUnchanged));
        Assert.Equal([Wanted, Already, Unchanged], Run(KeeperRemark.ParametersUnchanged));
    }

    private string[] Run(KeeperRemark last, bool hurry = false)
    {
        var before = _log.Messages.Count();
        _logged.Log(
            View,
            new KeeperPlan
            {
                Verdict = new KeeperVerdict.Act(),
                OnSuccess = new KeeperMemory(),
                OnFailure = new KeeperMemory(),
                RunAgainSoon = hurry,
                Remarks = [KeeperRemark.PrimaryRequested, KeeperRemark.AlreadyPrimary, last],
            });
        return [.. _log.Messages.Skip(before)];
    }

    private static KeeperView View { get; } = new()
    {
        Data = Clusters.Running(),
        Self = Clusters.K1,
        Identity = Clusters.Identity,
        KnownCluster = Clusters.Uid,
        Local = new InstanceState { Uid = Clusters.I1 },
        Observation = new PostgresObservation { Version = new PostgresVersion(15, 18), DirectoryHasFiles = true },
        Memory = new KeeperMemory(),
    };
}

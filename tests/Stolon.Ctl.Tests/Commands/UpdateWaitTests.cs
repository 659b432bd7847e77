using Stolon.Core.Common;
using Stolon.Core.Model;
using Xunit;

namespace Stolon.Ctl.Tests.Commands;

/// <summary><c>stolonctl update</c> about settings that PostgreSQL may not take.</summary>
public sealed class UpdateWaitTests : IDisposable
{
    private static readonly InstanceUid I1 = new("i1");

    private readonly CtlRunner _ctl = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _ctl.Dispose();

    [Fact]
    public async Task It_names_what_cannot_be_right_in_the_settings()
    {
        await WriteAsync(generation: 1);

        var result = await _ctl.RunAsync(
            "update",
            """
            {"initMode":"new","pgParameters":{"work mem":"1"},"pgHBA":["host all all localhost 255.255.0.0 md5"]}
            """);

        Assert.Equal(0, result.Code);
        Assert.Equal(
            [
                """WARNING: pgParameters, "work mem": not a valid parameter name; keepers will leave it out""",
                """WARNING: pgHBA entry 1 "host all all localhost …": the host name localhost must not have a mask; """
                    + "keepers will leave it out",
                "",
            ],
            result.Error.Split('\n'));
    }

    [Fact]
    public async Task With_wait_it_fails_and_names_the_keeper_that_left_something_out()
    {
        await WriteAsync(generation: 2);
        await ReportAsync(generation: 2, new Complaint(ComplaintSubject.Parameters, "no work_men", WallTime.Never));

        var result = await WaitAsync();

        Assert.Equal(1, result.Code);
        Assert.Contains("not carried out everywhere: keeper k1: no work_men", result.Error);
    }

    [Fact]
    public async Task With_wait_it_fails_when_a_keeper_has_not_carried_it_out_in_time()
    {
        await WriteAsync(generation: 2);
        await ReportAsync(generation: 1, new Complaint(ComplaintSubject.Convergence, "a step fails", WallTime.Never));

        var result = await WaitAsync("--wait-timeout=1s");

        Assert.Equal(1, result.Code);
        Assert.Contains("keeper k1: it has not carried out generation 2: a step fails", result.Error);
    }

    [Fact]
    public async Task With_wait_it_succeeds_when_all_is_carried_out_and_warns_about_a_due_restart()
    {
        await WriteAsync(generation: 2);
        await ReportAsync(generation: 2);

        Assert.Equal(
            new CtlResult(
                0, "", "WARNING: keeper k1: a restart of PostgreSQL is needed for max_connections\n"),
            await WaitAsync());
    }

    [Fact]
    public async Task With_wait_it_waits_until_the_sentinel_has_handed_the_specification_on()
    {
        await WriteAsync(generation: 2);
        await ReportAsync(generation: 2);

        var result = await _ctl.RunAsync(
            "update", "--wait", "--wait-timeout=1s", """{"initMode":"new","pgParameters":{"work_mem":"9MB"}}""");

        Assert.Equal(1, result.Code);
        Assert.Contains("keeper k1: the sentinel has not assigned it the specification yet", result.Error);
    }

    private Task<CtlResult> WaitAsync(params string[] more) =>
        _ctl.RunAsync(["update", "--wait", .. more, """{"initMode":"new"}"""]);

    private Task WriteAsync(long generation)
    {
        var spec = new ClusterSpec { InitMode = ClusterInitMode.New };
        var settings = ClusterSettings.From(spec);
        var data = ClusterData.New(new ClusterUid("c1"), spec, WallTime.Never);
        var instance = new Instance
        {
            Uid = I1,
            Generation = new Generation(generation),
            Spec = new InstanceSpec
            {
                Keeper = new KeeperUid("k1"),
                Role = InstanceRole.Primary,
                RequestTimeout = settings.RequestTimeout,
                MaxStandbys = settings.MaxStandbys,
                UsePgRewind = settings.UsePgRewind,
                AdditionalWalSenders = settings.AdditionalWalSenders,
                AdditionalReplicationSlots = settings.ExtraPrimarySlots,
            },
        };
        return _ctl.Store.PutAsync(
            data with { Instances = ValueMap<InstanceUid, Instance>.Empty.With(I1, instance) }, Token);
    }

    private Task ReportAsync(long generation, params Complaint[] complaints) => _ctl.Store.PublishAsync(
        new KeeperReport
        {
            InfoUid = "1",
            Uid = new KeeperUid("k1"),
            Complaints = complaints.ToValueList(),
            Postgres = new PostgresReport
            {
                Instance = I1,
                Generation = new Generation(generation),
                PendingRestart = ["max_connections"],
            },
        },
        TimeSpan.FromMinutes(1),
        Token);
}

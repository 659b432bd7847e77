using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Core.Tests.Builders;

namespace Stolon.Core.Tests.Properties;

/// <summary>Carries out the steps of plans on a keeper's files, data directory and server.</summary>
internal sealed class FakeHost(KeeperRig rig)
{
    /// <summary>Called before each step.</summary>
    public Action<KeeperStep>? Before { get; set; }

    /// <summary>Plans and acts until nothing is left to do, or nothing can be done.</summary>
    /// <returns>The number of plans.</returns>
    public int Converge(int limit = 15)
    {
        for (var plans = 1; plans <= limit; plans++)
        {
            var plan = rig.Plan();
            Do(plan, plan.Steps.Count);
            if (plan.Verdict is not KeeperVerdict.Act)
            {
                return plans;
            }
        }

        throw new InvalidOperationException($"still not done: {rig.Steps()}");
    }

    /// <summary>Carries out the first steps of a plan; fewer than all means that the keeper died after them.</summary>
    public void Do(KeeperPlan plan, int steps)
    {
        foreach (var step in plan.Steps.Take(steps))
        {
            Before?.Invoke(step);
            Do(step);
        }

        rig.Memory = steps == plan.Steps.Count ? plan.OnSuccess : new KeeperMemory();
    }

    private void Do(KeeperStep step)
    {
        switch (step)
        {
            case KeeperStep.SaveCluster save: rig.KnownCluster = save.Cluster; break;
            case KeeperStep.SaveInstance save: rig.Local = save.State; break;
            case KeeperStep.CaptureParameters capture:
                rig.Local = capture.State with { InitParameters = ValueMap<string, string>.Empty };
                break;
            case KeeperStep.Stop: Stop(); break;
            case KeeperStep.Erase or KeeperStep.SetAside:
                rig.Observation = rig.Observation with { Data = null, DirectoryHasFiles = false };
                break;
            case KeeperStep.InitDb: Fill(InstanceRole.Primary, "new"); break;
            case KeeperStep.Restore: Fill(InstanceRole.Primary, "restored"); break;
            case KeeperStep.CloneFrom: Fill(InstanceRole.Standby, KeeperRig.SystemIdentifier); break;
            case KeeperStep.CloneBeside clone:
                rig.Observation = rig.Observation with
                {
                    Replacement = new ReplacementProgress(ReplacementStage.Complete,
                    clone.Self)
                };
                break;
            case KeeperStep.SwapIn:
                Fill(InstanceRole.Standby, KeeperRig.SystemIdentifier);
                rig.Observation = rig.Observation with
                {
                    Replacement = rig.Observation.Replacement! with { Stage = ReplacementStage.Swapped },
                };
                break;
            case KeeperStep.DropReplaced: rig.Observation = rig.Observation with { Replacement = null }; break;
            case KeeperStep.Start start: Start(start.Configuration); break;
            case KeeperStep.Promote: Promote(); break;
            case KeeperStep.Reload reload:
                rig.ChangeServer(a => a with { SynchronousStandbyNames = NamesIn(reload.Configuration) });
                break;
            case KeeperStep.CreateSlot slot: Slots(s => s.Append(slot.Name)); break;
            case KeeperStep.DropSlot slot: Slots(s => s.Where(n => n != slot.Name)); break;
            default: break;
        }
    }

    private void Fill(InstanceRole role, string identifier) => rig.Observation = rig.Observation with
    {
        DirectoryHasFiles = true,
        Data = new DataDirectoryObservation { Role = role, SystemIdentifier = identifier, Timeline = new Timeline(1) },
    };

    private void Stop() => rig.Observation = rig.Observation with
    {
        Server = null,
        Data = rig.Observation.Data is { } data ? data with { ShutDownCleanly = data.Role == InstanceRole.Primary }
        : null,
    };

    private void Start(ServerConfiguration configuration)
    {
        if (configuration.Recovery == RecoveryMode.Standby)
        {
            rig.Observation =
                rig.Observation with { Data = rig.Observation.Data! with { Role = InstanceRole.Standby } };
        }

        rig.Observation = rig.Observation with
        {
            Server = new ServerObservation
            {
                ProcessId = 1,
                Port = 5432,
                Answers = new ServerAnswers
                {
                    InRecovery = rig.Observation.Data!.Role == InstanceRole.Standby,
                    ListenAddresses = configuration.Parameters["listen_addresses"],
                    SynchronousStandbyNames = NamesIn(configuration),
                },
            },
        };
    }

    private static string NamesIn(ServerConfiguration configuration) =>
        configuration.Parameters["synchronous_standby_names"];

    private void Promote()
    {
        rig.Observation = rig.Observation with { Data = rig.Observation.Data! with { Role = InstanceRole.Primary } };
        rig.ChangeServer(a => a with { InRecovery = false });
    }

    private void Slots(Func<ValueList<string>, IEnumerable<string>> change) =>
        rig.ChangeServer(a => a with { Slots = change(a.Slots).ToValueList() });
}

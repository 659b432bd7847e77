using Stolon.Store.Contract;
using Stolon.Testing.Kubernetes;

namespace Stolon.Store.Tests.Kubernetes;

public sealed class KubernetesClusterStoreTests(SharedKubernetes kubernetes) : ClusterStoreContract
{
    protected override StoreClient Open(string cluster, Member member) => kubernetes.Rig.Client(cluster, member);
}

public sealed class KubernetesElectionTests(SharedKubernetes kubernetes) : ElectionContract
{
    protected override StoreClient Open(string cluster, Member member) => kubernetes.Rig.Client(cluster, member);

    protected override Task DeleteCandidaciesAsync(string cluster) =>
        kubernetes.Rig.Server.Api.AnnotateAsync(cluster, KubeApi.Leader, null);
}

public sealed class KubernetesFaultContractTests(FaultedKubernetes kubernetes)
    : FaultContract, IClassFixture<FaultedKubernetes>
{
    // Shorter than in a cluster, to save time.
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(9);

    protected override IStoreServer Server => kubernetes;

    // Candidates poll every two seconds.
    protected override TimeSpan LongestLeadership => Lease + TimeSpan.FromSeconds(2);

    protected override string? RefusalOfLarge => "256 KiB";

    protected override bool ReadsBeforeItWrites => true;

    protected override StoreClient Open(FaultyClient client) => kubernetes.Rig.Client(
        client.Cluster, client.Member, client.Port, client.RequestTimeout, client.Time, lease: Lease);
}

using Stolon.Wire;
using Stolon.Wire.V1;

namespace Stolon.Ctl.Status;

/// <summary>The JSON form of the status (docs/spec/stolonctl.md 5).</summary>
internal static class StatusRendering
{
    public static string Json(StatusReport report) => StatusJson.Encode(new StatusV1
    {
        Sentinels =
        [
            .. report.Sentinels.Select(
                sentinel => new SentinelStatusV1 { Uid = sentinel.Uid.Value, Leader = sentinel.Leader }),
        ],
        Proxies =
        [
            .. report.Proxies.Select(
                proxy => new ProxyStatusV1 { Uid = proxy.Uid.Value, Generation = proxy.Generation.Value }),
        ],
        Keepers =
        [
            .. report.Keepers.Select(keeper => new ShownKeeperV1
            {
                Uid = keeper.Uid.Value,
                ListenAddress = keeper.ListenAddress,
                Healthy = keeper.Healthy,
                PgHealthy = keeper.PgHealthy,
                PgWantedGeneration = keeper.WantedGeneration.Value,
                PgCurrentGeneration = keeper.CurrentGeneration.Value,
                Trouble = keeper.Trouble.ToShown(),
                Complaints = keeper.Complaints.ToShown(),
                WalKept = keeper.WalKept,
            }),
        ],
        Cluster = new ShownClusterV1
        {
            Available = true,
            PrimaryKeeperUid = report.PrimaryKeeper?.Value ?? "",
            PrimaryInstanceUid = report.Primary?.Value ?? "",
            Trouble = report.Trouble.ToShown(),
        },
    });
}

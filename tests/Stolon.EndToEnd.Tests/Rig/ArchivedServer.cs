namespace Stolon.EndToEnd.Tests.Rig;

/// <summary>A base backup with row 1; in the archive, after it, rows 2 and 3 on timeline 1 and, branched off after row
/// 2, row 4 on timeline 2. The server itself is gone. And a cluster, not initialised, to restore it to.</summary>
public sealed class ArchivedServer : IAsyncLifetime
{
    /// <summary>Row 2, between its commit and row 3.</summary>
    public const string RestorePoint = "after_row_2";

    public TestCluster Cluster { get; private set; } = null!;

    public ExternalServer Server { get; private set; } = null!;

    /// <summary>When row 2 was there, and row 3 was not, in PostgreSQL's form.</summary>
    public string TimeOfRow2 { get; private set; } = "";

    /// <inheritdoc cref="TimeOfRow2"/>
    public string LsnOfRow2 { get; private set; } = "";

    /// <summary>The transaction that wrote row 2.</summary>
    public string TransactionOfRow2 { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        Cluster = await TestCluster.PrepareAsync(ClusterShape.Asynchronous with
        {
            Keepers = 2,
            Sentinels = 1,
            Proxies = 0,
        });
        Server = await ExternalServer.StartAsync(Cluster.Directory);
        await Server.DoAsync("create table rows (id int)");
        await WriteAsync(1);
        await Server.BackUpAsync();
        TransactionOfRow2 = await WriteAsync(2);
        LsnOfRow2 = await Server.AskAsync("select pg_current_wal_insert_lsn()");
        TimeOfRow2 = await Server.AskAsync("select clock_timestamp()::text");
        await Server.AskAsync($"select pg_create_restore_point('{RestorePoint}')");
        await WriteAsync(3);
        await Server.ArchiveAsync();
        await Server.BranchAsync(RestorePoint);
        await WriteAsync(4);
        await Server.ArchiveAsync();
        Server.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        Server?.Dispose();
        if (Cluster is not null)
        {
            await Cluster.DisposeAsync();
        }
    }

    private Task<string> WriteAsync(int row) =>
        Server.AskAsync($"insert into rows values ({row}) returning pg_current_xact_id()::text");
}

using Npgsql.Replication;
using Stolon.Agents.Ports.Postgres;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Postgres;

namespace Stolon.Postgres.Sql;

/// <summary>Checks a source before data are replaced by a copy of it.</summary>
internal sealed class SourceProbe(PostgresOptions options, CurrentLogin replication, TimeProvider time)
{
    /// <summary>IDENTIFY_SYSTEM on a connection as a standby's (manual, "Streaming Replication Protocol").</summary>
    /// <exception cref="PostgresToolException">It refuses, or belongs to another cluster.</exception>
    /// <exception cref="TimeoutException">It does not answer.</exception>
    public async Task RunAsync(
        ServerAddress source, InstanceUid self, string? systemIdentifier, CancellationToken cancellationToken)
    {
        var answer = await TimeLimit.RunAsync(
            $"probe of {source}",
            options.RequestTimeout,
            time,
            token => QueryAsync(source, self, token),
            cancellationToken);
        if (systemIdentifier is { Length: > 0 } && answer != systemIdentifier)
        {
            throw new PostgresToolException(
                $"the server at {source} has the system identifier {answer}, not this cluster's {systemIdentifier}");
        }
    }

    private async Task<string> QueryAsync(ServerAddress source, InstanceUid self, CancellationToken cancellationToken)
    {
        try
        {
            return await replication.TryAsync(async login =>
            {
                var settings = RemoteConnection.To(source, login, options);
                settings.ApplicationName = ReplicationSlotName.Of(self);
                await using var connection = new PhysicalReplicationConnection(settings.ConnectionString);
                await connection.Open(cancellationToken);
                return (await connection.IdentifySystem(cancellationToken)).SystemId;
            });
        }
        catch (Exception e) when (RemoteConnection.IsTrouble(e))
        {
            throw new PostgresToolException($"probe of {source}: {e.Message}", e);
        }
    }
}

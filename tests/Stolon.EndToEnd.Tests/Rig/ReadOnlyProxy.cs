using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Stolon.Testing;

namespace Stolon.EndToEnd.Tests.Rig;

/// <summary>A proxy with a read-only port.</summary>
/// <param name="Proxy">The other port, and the process.</param>
/// <param name="Port">The read-only port.</param>
public sealed record ReadOnlyProxy(ProxyNode Proxy, int Port)
{
    /// <summary>Starts one beside those of the cluster, which stops it when it heals.</summary>
    public static ReadOnlyProxy Start(TestCluster cluster, params string[] options)
    {
        var proxy = cluster.MoreProxies();
        var port = FreePort.Next();
        proxy.Process.Add(["--ro-port", port.ToString(CultureInfo.InvariantCulture), .. options]);
        proxy.Process.Start();
        return new ReadOnlyProxy(proxy, port);
    }

    /// <summary>To whichever server the port leads to.</summary>
    public Task<NpgsqlConnection> ConnectAsync() => Sql.ConnectAsync(Port, Sql.Superuser);

    /// <summary>The port of the PostgreSQL that a new reader meets. Null: it meets none.</summary>
    public async Task<int?> LeadsToAsync()
    {
        try
        {
            await using var connection = await ConnectAsync();
            return await ServerOfAsync(connection);
        }
        catch (NpgsqlException)
        {
            return null;
        }
    }

    /// <summary>Waits until so many readers at a time are spread over these servers, each having as many.</summary>
    public Task SpreadAsync(IEnumerable<Keeper> keepers, int each, TimeSpan within)
    {
        var wanted = string.Join(' ', keepers.Select(k => k.Port).Order().Select(p => $"{p}:{each}"));
        return Eventually.BeAsync(
            wanted, () => SpreadAsync(keepers.Count() * each), within, "readers are spread over the standbys");
    }

    /// <summary>A reader at each of these, by the port of its PostgreSQL.</summary>
    public async Task<IReadOnlyDictionary<int, NpgsqlConnection>> OneEachAsync(IEnumerable<Keeper> keepers)
    {
        var readers = new Dictionary<int, NpgsqlConnection>();
        await Eventually.BeTrueAsync(
            async () =>
            {
                // Readers that have just left may still count: a second one at the same server is one too many.
                var reader = await ConnectAsync();
                if (!readers.TryAdd((await ServerOfAsync(reader))!.Value, reader))
                {
                    await reader.DisposeAsync();
                }

                return keepers.All(k => readers.ContainsKey(k.Port));
            },
            TimeSpan.FromSeconds(10),
            "each standby has a reader");
        return readers;
    }

    /// <summary>A reader at that one, whose commands can be cancelled. Readers that meet another one stay until then,
    /// so that the next is led elsewhere.</summary>
    public async Task<NpgsqlConnection> ConnectToAsync(Keeper keeper)
    {
        var others = new List<NpgsqlConnection>();
        try
        {
            return await Eventually.SeeAsync(
                async () =>
                {
                    var reader = await Sql.ConnectAsync(Port, Sql.Superuser, cancellation: TimeSpan.FromSeconds(20));
                    if (await ServerOfAsync(reader) == keeper.Port)
                    {
                        return reader;
                    }

                    others.Add(reader);
                    return null;
                },
                reader => reader is not null,
                TimeSpan.FromSeconds(10),
                "a reader meets that standby") ?? throw new UnreachableException();
        }
        finally
        {
            foreach (var other in others)
            {
                await other.DisposeAsync();
            }
        }
    }

    /// <summary>The port of the PostgreSQL behind a connection. Null: the connection is no more.</summary>
    public static async Task<int?> ServerOfAsync(NpgsqlConnection connection)
    {
        try
        {
            return int.Parse((await Sql.AskAsync(connection, "show port"))!, CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException)
        {
            return null;
        }
    }

    private async Task<string> SpreadAsync(int readers)
    {
        var connections = new List<NpgsqlConnection>();
        try
        {
            var servers = new List<int?>();
            for (var i = 0; i < readers; i++)
            {
                connections.Add(await ConnectAsync());
                servers.Add(await ServerOfAsync(connections[^1]));
            }

            return string.Join(' ', servers.GroupBy(s => s).OrderBy(g => g.Key).Select(g => $"{g.Key}:{g.Count()}"));
        }
        catch (NpgsqlException e)
        {
            return e.Message;
        }
        finally
        {
            connections.ForEach(c => c.Dispose());
        }
    }
}

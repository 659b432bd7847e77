using Npgsql;
using Stolon.Testing;

namespace Stolon.EndToEnd.Tests.Rig;

/// <summary>A keeper and the PostgreSQL it manages.</summary>
public sealed class Keeper : IDisposable
{
    private readonly string _dataDirectory;
    private int _frozenPostmaster;

    public Keeper(
        string uid, int port, string dataDirectory, TestProcess process, string host = "127.0.0.1")
    {
        Uid = uid;
        Host = host;
        Port = port;
        Process = process;
        _dataDirectory = dataDirectory;
        AppDomain.CurrentDomain.ProcessExit += KillAtExit;
    }

    public string Uid { get; }

    /// <summary>The address PostgreSQL listens on.</summary>
    public string Host { get; private set; }

    /// <summary>PostgreSQL's port there.</summary>
    public int Port { get; private set; }

    public TestProcess Process { get; }

    /// <inheritdoc cref="ClusterShape.Certificates"/>
    public ClusterCertificates? Certificates { get; init; }

    /// <summary>PostgreSQL's data directory.</summary>
    public string PostgresDirectory => Path.Combine(_dataDirectory, "postgres");

    /// <summary>A file of the keeper's own (docs/spec/keeper.md 2).</summary>
    public string StateFile(string name) => Path.Combine(_dataDirectory, name);

    /// <summary>PostgreSQL's first process. Null: it does not run.</summary>
    public int? Postmaster
    {
        get
        {
            var file = Path.Combine(PostgresDirectory, "postmaster.pid");
            if (!File.Exists(file)
                || !int.TryParse(File.ReadLines(file).FirstOrDefault(), out var id)
                || !ProcessTable.Runs(id))
            {
                return null;
            }

            // The file stays when PostgreSQL is killed, and the number may be somebody else's by now.
            return ProcessTable.WorkingDirectory(id) == PostgresDirectory ? id : null;
        }
    }

    /// <summary>As if the host had lost power: the keeper first, so that it cannot react.</summary>
    public async Task KillWithPostgresAsync()
    {
        Process.Kill();
        await KillPostgresAsync();
    }

    public async Task KillPostgresAsync()
    {
        if (Postmaster is not { } postmaster)
        {
            return;
        }

        var family = ProcessTable.Family(postmaster);
        SendAll(family, Signal.Kill);
        await Eventually.BeTrueAsync(
            () => !family.Any(ProcessTable.Runs),
            TimeSpan.FromSeconds(10),
            $"PostgreSQL of {Uid} is gone after SIGKILL");
    }

    /// <summary>All data is gone, the keeper's own state, too. Nothing of it may run.</summary>
    public void LoseDisk() => Directory.Delete(_dataDirectory, recursive: true);

    /// <summary>As if the host had stopped for a while: nothing of it runs, nothing is closed.</summary>
    public void FreezeWithPostgres()
    {
        Process.Freeze();
        if (Postmaster is { } postmaster)
        {
            _frozenPostmaster = postmaster;
            // The first one before the others are listed: it starts no new ones then.
            Signal.Send(postmaster, Signal.Stop);
            SendAll(ProcessTable.Family(postmaster), Signal.Stop);
        }
    }

    public void ThawWithPostgres()
    {
        if (_frozenPostmaster != 0)
        {
            SendAll(ProcessTable.Family(_frozenPostmaster), Signal.Continue);
            _frozenPostmaster = 0;
        }

        Process.Thaw();
    }

    /// <summary>Kills the keeper, but not PostgreSQL, and starts it with another address.</summary>
    public void Move(string host, int port)
    {
        Process.Kill();
        (Host, Port) = (host, port);
        Process.Change("--pg-listen-address", host);
        Process.Change("--pg-port", port.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Process.Start();
    }

    /// <summary>The first process only: nobody can connect to it any more, and what is connected goes on.</summary>
    public void FreezePostmaster()
    {
        _frozenPostmaster = Postmaster!.Value;
        Signal.Send(_frozenPostmaster, Signal.Stop);
    }

    /// <summary>Freezes or continues those processes of PostgreSQL that are for this purpose ("checkpointer",
    /// "startup").</summary>
    public void SendTo(string purpose, int signal) => SendAll(
        ProcessTable.Family(Postmaster!.Value)
            .Where(id => ProcessTable.Title(id).Contains(purpose, StringComparison.Ordinal)),
        signal);

    /// <summary>Freezes the processes that send to standbys: from now on this primary runs ahead of all of
    /// them.</summary>
    public void FreezeWalSenders() =>
        SendAll(
            ProcessTable.Family(Postmaster!.Value).Where(id => ProcessTable.Title(id).Contains("walsender")),
            Signal.Stop);

    /// <summary>Directly to this PostgreSQL, as its superuser.</summary>
    public Task<NpgsqlConnection> ConnectAsync() => ConnectAsync(Sql.Superuser);

    /// <summary>Directly to this PostgreSQL.</summary>
    public Task<NpgsqlConnection> ConnectAsync(string user) => Sql.ConnectAsync(Port, user, Certificates, Host);

    /// <summary>One value from this PostgreSQL, as text. Null: it could not be asked.</summary>
    public async Task<string?> AskAsync(string query)
    {
        try
        {
            await using var connection = await ConnectAsync();
            return await Sql.AskAsync(connection, query);
        }
        catch (NpgsqlException)
        {
            return null;
        }
    }

    public async Task<bool> IsStandbyAsync() => await AskAsync("select pg_is_in_recovery()") == "True";

    /// <summary>When the directory of the databases was created: a rewind keeps it, a base backup makes a new
    /// one.</summary>
    public string BirthOfData()
    {
        using var stat = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo("stat", ["-c", "%w", Path.Combine(PostgresDirectory, "base")])
            {
                RedirectStandardOutput = true,
                UseShellExecute = false,
            })!;
        return stat.StandardOutput.ReadToEnd().Trim();
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= KillAtExit;
        Process.Dispose();
        KillPostgresNow();
        File.Delete($"/tmp/.s.PGSQL.{Port}");
        File.Delete($"/tmp/.s.PGSQL.{Port}.lock");
    }

    private static void SendAll(IEnumerable<int> processes, int signal)
    {
        foreach (var id in processes)
        {
            Signal.Send(id, signal);
        }
    }

    private void KillPostgresNow()
    {
        if (Postmaster is { } postmaster)
        {
            SendAll(ProcessTable.Family(postmaster), Signal.Kill);
        }
    }

    private void KillAtExit(object? sender, EventArgs e)
    {
        Process.Kill();
        KillPostgresNow();
    }
}

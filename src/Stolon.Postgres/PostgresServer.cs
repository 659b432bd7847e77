using Microsoft.Extensions.Logging;
using Npgsql;
using Stolon.Agents.Ports.Postgres;
using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Postgres.Configuration;
using Stolon.Postgres.Files;
using Stolon.Postgres.Processes;
using Stolon.Postgres.Sql;
using Stolon.Postgres.Tools;

namespace Stolon.Postgres;

/// <summary>The keeper's PostgreSQL: its programs, its files and its SQL. Disposing it leaves the server
/// running.</summary>
public sealed class PostgresServer : IPostgres, IDisposable
{
    private readonly PostgresOptions _options;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly Binaries _binaries;
    private readonly Tool _tool;
    private readonly DataDirectory _directory;
    private readonly DataDirectoryTools _tools;
    private readonly DataDirectoryBuilder _directoryBuilder;
    private readonly LeftoverTools _leftovers;
    private readonly ControlDataReader _control;
    private readonly ServerTracker _tracker;
    private readonly LocalServer _local;
    private readonly LastGoodConfiguration _good;
    private readonly ServerProcesses _processes;
    private readonly ServerStop _stop;
    private readonly ServerControl _server;
    private readonly ServerInspector _inspector;
    private readonly ServerObserver _observer;
    private readonly OfflineState _offline;
    private readonly CurrentLogin _superuser;
    private readonly CurrentLogin _replication;

    // As another server accepts it, which may have received a password change earlier or later than ours.
    private readonly CurrentLogin _upstream;
    private readonly WriteProbe _writes;

    public PostgresServer(PostgresOptions options, ILogger<PostgresServer> logger, TimeProvider time)
    {
        _options = options;
        (_logger, _time) = (logger, time);
        _binaries = new Binaries(options.BinPath);
        _tool = new Tool(_binaries, options.DataDirectory, time, logger);
        _directory = new DataDirectory(options.PostgresDirectory);
        _superuser = new CurrentLogin(options.Superuser, options.SuperuserPasswordNow, logger);
        _replication = new CurrentLogin(options.Replication, options.ReplicationPasswordNow, logger);
        _upstream = new CurrentLogin(options.Replication, options.ReplicationPasswordNow, logger);
        _tools = new DataDirectoryTools(options, _superuser, _upstream, _tool, _directory);
        _directoryBuilder = new DataDirectoryBuilder(options, _superuser, _directory, _tools, time, logger);
        _leftovers = new LeftoverTools(options.DataDirectory, time, logger);
        _control = new ControlDataReader(_tool, _directory, time);
        _tracker = new ServerTracker(_directory);
        _local = new LocalServer(options, _superuser, time);
        _good = new LastGoodConfiguration(options.DataDirectory, _directory, logger);
        var trial = new ConfigurationTrial(options, _directory, _tool, logger);
        var filter = new ConfigurationFilter(trial, _good, logger);
        _processes = new ServerProcesses(_directory);
        _stop = new ServerStop(_tracker, _control, _processes, time, logger);
        _server = new ServerControl(
            options, _directory, _tracker, _local, _tool, filter, _good, _processes, _stop, time, logger);
        var upstream = new UpstreamLogin(options, _replication, _upstream, time);
        _inspector = new ServerInspector(options, _directory, _tracker, _local, _control, _processes, upstream, logger);
        _writes = new WriteProbe(options, _superuser, time, logger);
        var questions = new ObserverQueries(options, _local, _superuser, _replication, _writes, time);
        _observer = new ServerObserver(options, _directory, _tracker, questions, time, logger);
        _offline = new OfflineState(_directory, _control, logger);
    }

    /// <summary>Reads the version of the server program and checks that the other required programs exist.</summary>
    /// <exception cref="PostgresToolException">One is missing or does not run; the message names it.</exception>
    public async Task CheckProgramsAsync(CancellationToken cancellationToken)
    {
        await VersionAsync(cancellationToken);
        foreach (var program in (string[])["initdb", "pg_ctl", "pg_basebackup", "pg_controldata"])
        {
            _ = _binaries.Find(program);
        }
    }

    public async Task<PostgresObservation> InspectAsync(CancellationToken cancellationToken) =>
        await _inspector.InspectAsync(await VersionAsync(cancellationToken), cancellationToken) with
        {
            CloneSpace = _directoryBuilder.CloneSpace,
            Replacement = _directoryBuilder.Replacement,
        };

    public async Task<PostgresReport> ObserveAsync(CancellationToken cancellationToken)
    {
        var version = await VersionAsync(cancellationToken);
        var seen = await _observer.ObserveAsync(version, cancellationToken);
        return seen.Healthy || _tracker.Find() is not null || !_directory.IsInitialized(version)
            ? seen
            : await _offline.AddToAsync(seen, version, cancellationToken);
    }

    public async Task<bool> WaitForExitAsync(CancellationToken cancellationToken)
    {
        if (_tracker.Find() is not { } server)
        {
            return false;
        }

        await server.Exited.WaitAsync(cancellationToken);
        return true;
    }

    public Task<ShutdownProgress> ShutDownAsync(TimeSpan interval, CancellationToken cancellationToken) =>
        _stop.ShutDownAsync(interval, ServerStop.UnhurriedLimit, cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => _stop.StopAsync(cancellationToken);

    public async Task EraseAsync(CancellationToken cancellationToken)
    {
        await BeforeRemakingAsync(cancellationToken);
        if (_directory.HasFiles)
        {
            PostgresLog.Erasing(_logger, _directory.Path);
            await _directoryBuilder.EmptyAsync(await VersionAsync(cancellationToken), cancellationToken);
        }
    }

    public async Task<string?> SetAsideAsync(CancellationToken cancellationToken)
    {
        await BeforeRemakingAsync(cancellationToken);
        return _directory.HasFiles ? _directoryBuilder.SetAside(await VersionAsync(cancellationToken)) : null;
    }

    public async Task InitDbAsync(NewConfig config, CancellationToken cancellationToken)
    {
        await BeforeFillingAsync(cancellationToken);
        _good.Forget();
        await _directoryBuilder.InitDbAsync(await VersionAsync(cancellationToken), config, cancellationToken);
    }

    public async Task RestoreAsync(string command, CancellationToken cancellationToken)
    {
        await BeforeFillingAsync(cancellationToken);
        _good.Forget();
        await _directoryBuilder.RestoreAsync(await VersionAsync(cancellationToken), command, cancellationToken);
    }

    public async Task CloneAsync(
        ServerAddress source, InstanceUid self, string slot, CancellationToken cancellationToken)
    {
        await BeforeFillingAsync(cancellationToken);
        await _directoryBuilder.CloneAsync(await VersionAsync(cancellationToken), source, self, slot,
            cancellationToken);
    }

    public async Task CloneBesideAsync(
        ServerAddress source, InstanceUid self, string slot, CancellationToken cancellationToken)
    {
        await BeforeRemakingAsync(cancellationToken);
        await _directoryBuilder.CloneBesideAsync(await VersionAsync(cancellationToken), source, self, slot,
            cancellationToken);
    }

    public async Task SwapInAsync(CancellationToken cancellationToken)
    {
        await BeforeRemakingAsync(cancellationToken);
        _directoryBuilder.SwapIn(await VersionAsync(cancellationToken));
    }

    public async Task DropReplacedAsync(CancellationToken cancellationToken) =>
        await _directoryBuilder.DropReplacedAsync(await VersionAsync(cancellationToken), cancellationToken);

    public async Task ProbeAsync(
        ServerAddress source, InstanceUid self, string? systemIdentifier, CancellationToken cancellationToken)
    {
        await new SourceProbe(_options, _upstream, _time).RunAsync(source, self, systemIdentifier, cancellationToken);
        await _leftovers.EndAsync(cancellationToken);
        await _directoryBuilder.MeasureAsync(await VersionAsync(cancellationToken), source, cancellationToken);
    }

    public async Task RewindAsync(ServerAddress primary, InstanceUid self, CancellationToken cancellationToken)
    {
        await BeforeRemakingAsync(cancellationToken);
        var version = await VersionAsync(cancellationToken);
        if (ForeignFiles.BehindLinksOf(_directory, version) is { Count: > 0 } foreign)
        {
            throw new PostgresToolException(
                $"not rewound: pg_rewind would delete or overwrite {string.Join(", ", foreign)}, in directories of a "
                + "tablespace or of the WAL; a clone does not touch them. Move them away before the next rewind");
        }

        await new RewindSource(_options, _superuser).PrepareAsync(version, primary, cancellationToken);
        await _tools.RewindAsync(version, primary, self, cancellationToken);
    }

    public async Task<ConfigurationOutcome> StartAsync(
        ServerConfiguration configuration, bool temporary, CancellationToken cancellationToken) =>
        await _server.StartAsync(await VersionAsync(cancellationToken), configuration, temporary, cancellationToken);

    public async Task AwaitReadyAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        await _server.AwaitReadyAsync(timeout, cancellationToken);
        _directoryBuilder.Accept(await VersionAsync(cancellationToken));
    }

    public async Task AwaitRecoveryEndAsync(TimeSpan timeout, CancellationToken cancellationToken) =>
        await _server.AwaitRecoveryEndAsync(await VersionAsync(cancellationToken), timeout, cancellationToken);

    public async Task<ConfigurationOutcome> ReloadAsync(
        ServerConfiguration configuration, CancellationToken cancellationToken) =>
        await _server.ReloadAsync(await VersionAsync(cancellationToken), configuration, cancellationToken);

    public async Task NoteTimelineAsync(Timeline taken, TimelineSwitch fork, CancellationToken cancellationToken) =>
        new WalDirectory(_directory, _logger).Note(await VersionAsync(cancellationToken), taken, fork);

    public async Task<ConfigurationOutcome> PromoteAsync(
        ServerConfiguration configuration, CancellationToken cancellationToken) =>
        await _server.PromoteAsync(await VersionAsync(cancellationToken), configuration, cancellationToken);

    public Task SetUpRolesAsync(CancellationToken cancellationToken) => QueryAsync(
        "roles",
        (connection, token) => RoleSetup.RunAsync(connection, _superuser.Now, _replication.Now, _logger, token),
        cancellationToken);

    public Task<ValueMap<string, string>> ReadFileParametersAsync(CancellationToken cancellationToken) =>
        QueryAsync("parameters of the configuration files", ServerQueries.FileParametersAsync, cancellationToken);

    public Task CreateSlotAsync(string name, CancellationToken cancellationToken) => QueryAsync(
        $"creating replication slot {name}",
        (connection, token) => ServerQueries.CreateSlotAsync(connection, name, token),
        cancellationToken);

    public Task DropSlotAsync(string name, CancellationToken cancellationToken) => QueryAsync(
        $"dropping replication slot {name}",
        (connection, token) => ServerQueries.DropSlotAsync(connection, name, token),
        cancellationToken);

    public void Dispose()
    {
        _writes.Dispose();
        _local.Dispose();
    }

    private Task<PostgresVersion> VersionAsync(CancellationToken cancellationToken) =>
        _binaries.VersionAsync(_tool, cancellationToken);

    private Task<T> QueryAsync<T>(
        string what, Func<NpgsqlConnection, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        var server = _server.Running();
        return _local.QueryAsync(
            what, server, _server.PortOf(server), _options.RequestTimeout, work, cancellationToken);
    }

    /// <summary>No other process may use the files.</summary>
    private async Task BeforeRemakingAsync(CancellationToken cancellationToken)
    {
        _control.Forget();
        await _leftovers.EndAsync(cancellationToken);
        var users = _directory.RealPath is { } path ? ProcFiles.ServersIn(path) : [];
        if (_tracker.Find() is not null || users.Count > 0)
        {
            throw new PostgresToolException(
                $"postgres runs on {_directory.Path}, processes {string.Join(", ", users)}");
        }

        _directoryBuilder.Settle(await VersionAsync(cancellationToken));
    }

    private async Task BeforeFillingAsync(CancellationToken cancellationToken)
    {
        await BeforeRemakingAsync(cancellationToken);
        if (_directory.HasFiles)
        {
            throw new PostgresToolException($"the data directory {_directory.Path} is not empty");
        }
    }
}

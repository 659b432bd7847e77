using Microsoft.Extensions.Logging;
using Stolon.Agents.Ports.Postgres;
using Stolon.Core.Keeper;
using Stolon.Core.Postgres;
using Stolon.Postgres.Files;
using Stolon.Postgres.Tools;

namespace Stolon.Postgres.Configuration;

/// <summary>Starts PostgreSQL with a configuration on a directory that has no data: it reads every file, loads every
/// library, allocates its memory, and ends before it would read WAL.</summary>
/// <remarks><c>postgres -C</c> reads the parameters only; this shows a missing library, too little memory, and lines
/// of pg_hba.conf too. Nothing of the real data is touched: pg_control is a copy, there is no WAL, and no TCP port is
/// opened. The operator's own files in the data directory (certificates, lists of users) are linked.</remarks>
internal sealed class ConfigurationTrial(
    PostgresOptions options, DataDirectory directory, Tool tool, ILogger logger)
{
    /// <summary>Settings that only the real start can test; a trial uses other values.</summary>
    public static readonly string[] OnlyAtStart =
        ["hba_file", "ident_file", "external_pid_file", "unix_socket_group", "logging_collector", "log_destination"];

    private const string Port = "5432";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>A trial takes a tenth of a second; a library may take longer.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private static readonly string[] NotLinked =
    [
        "postmaster.pid", "postmaster.opts", "pg_hba.conf", "pg_ident.conf", "postgresql.auto.conf", "recovery.conf",
        "recovery.signal", "standby.signal", "backup_label", "tablespace_map", "PG_VERSION", "base", "global",
    ];

    private string Place => Path.Combine(options.DataDirectory, "trial");

    /// <summary>Starts it once.</summary>
    /// <param name="temporary">On top of the postgresql.conf that is there, as for a temporary start.</param>
    /// <param name="running">The real server runs and has its memory, so the trial does not allocate it.</param>
    /// <returns>Null: no trial was possible, and the result is unknown.</returns>
    public async Task<TrialOutput?> RunAsync(
        PostgresVersion version, ServerConfiguration configuration, bool temporary, bool running,
        CancellationToken cancellationToken)
    {
        try
        {
            Remove();
            var names = Prepare(version, configuration, temporary);
            var command = new ToolCommand("postgres", Arguments(temporary, running))
            {
                UntranslatedOutput = true,
                Timeout = Limit,
            };
            return TrialOutput.Of(await tool.ErrorsOfAsync(command, cancellationToken), names);
        }
        catch (Exception e) when (
            e is IOException or UnauthorizedAccessException or PostgresToolException or TimeoutException)
        {
            PostgresLog.ConfigurationNotTested(logger, e.Message);
            return null;
        }
        finally
        {
            TryRemove();
        }
    }

    private List<string> Arguments(bool temporary, bool running)
    {
        List<string> settings =
        [
            // Determines where it runs, whatever the configuration says.
            $"data_directory={Place}", $"hba_file={Path.Combine(Place, "pg_hba.conf")}",
            $"ident_file={Path.Combine(Place, "pg_ident.conf")}", "external_pid_file=",
            "listen_addresses=", "unix_socket_directories=.", "unix_socket_group=", $"port={Port}",

            // Makes it log everything, to us, untranslated.
            "logging_collector=off", "log_destination=stderr", "log_min_messages=warning", "log_line_prefix=",
            "log_error_verbosity=default", "lc_messages=C", "restart_after_crash=off",
        ];
        if (running)
        {
            settings.AddRange(["shared_buffers=1MB", "huge_pages=off"]);
        }

        var file = temporary ? Path.Combine(Place, ConfigurationFiles.TemporaryName) : null;
        return
        [
            "-D", Place,
            .. settings.SelectMany(setting => (string[])["-c", setting]),
            .. file is null ? (string[])[] : ["-c", $"config_file={file}"],
        ];
    }

    /// <returns>The parameter of each line of the configuration file.</returns>
    private List<string> Prepare(PostgresVersion version, ServerConfiguration configuration, bool temporary)
    {
        Directory.CreateDirectory(Place, OwnerOnly);
        Directory.CreateDirectory(Path.Combine(Place, "global"), OwnerOnly);
        File.Copy(directory.File("PG_VERSION"), Path.Combine(Place, "PG_VERSION"));
        File.Copy(directory.File("global/pg_control"), Path.Combine(Place, "global", "pg_control"));
        MirrorDirectories(DataDirectoryLayout.WalDirectory(version));
        LinkOperatorsFiles(temporary);
        var text = ConfigurationText.RenderServer(version, configuration);
        var included = temporary && File.Exists(Path.Combine(Place, ConfigurationFiles.ServerName));
        var file = temporary ? ConfigurationFiles.TemporaryName : ConfigurationFiles.ServerName;
        AtomicFile.Write(
            Path.Combine(Place, file), (included ? $"include '{ConfigurationFiles.ServerName}'\n" : "") + text);
        AtomicFile.Write(Path.Combine(Place, "pg_hba.conf"), string.Concat(configuration.Hba.Select(l => l + "\n")));
        AtomicFile.Write(Path.Combine(Place, "pg_ident.conf"), "");
        return
        [
            .. included ? (string[])[""] : [],
            .. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(" = ", 2)[0]),
        ];
    }

    /// <summary>PostgreSQL looks for them before it looks for WAL.</summary>
    /// <param name="wal">Without it, PostgreSQL ends.</param>
    private void MirrorDirectories(string wal)
    {
        foreach (var path in Directory.EnumerateDirectories(directory.Path, "pg_*"))
        {
            var name = Path.GetFileName(path);
            if (name == wal)
            {
                continue;
            }

            Directory.CreateDirectory(Path.Combine(Place, name), OwnerOnly);
            if (name is "pg_multixact" or "pg_logical")
            {
                foreach (var inner in Directory.EnumerateDirectories(path))
                {
                    Directory.CreateDirectory(Path.Combine(Place, name, Path.GetFileName(inner)), OwnerOnly);
                }
            }
        }
    }

    private void LinkOperatorsFiles(bool temporary)
    {
        foreach (var entry in new DirectoryInfo(directory.Path).EnumerateFileSystemInfos())
        {
            var isDirectory = entry.Attributes.HasFlag(FileAttributes.Directory);
            var ours = NotLinked.Contains(entry.Name)
                || entry.Name == ConfigurationFiles.TemporaryName
                || (entry.Name == ConfigurationFiles.ServerName && !temporary)
                || (isDirectory && entry.Name.StartsWith("pg_", StringComparison.Ordinal));
            if (!ours)
            {
                File.CreateSymbolicLink(Path.Combine(Place, entry.Name), entry.FullName);
            }
        }
    }

    private void TryRemove()
    {
        try
        {
            Remove();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            PostgresLog.ConfigurationNotTested(logger, e.Message);
        }
    }

    /// <summary>Links in it are deleted, not followed.</summary>
    private void Remove()
    {
        if (Directory.Exists(Place))
        {
            Directory.Delete(Place, recursive: true);
        }
    }
}

using System.Text;
using Stolon.Agents.Ports.Postgres;
using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Postgres;

namespace Stolon.Postgres.Files;

/// <summary>Writes the files that PostgreSQL reads at start and reload (docs/spec/keeper.md 5.5).</summary>
internal sealed class ConfigurationFiles(DataDirectory directory)
{
    public const string ServerName = "postgresql.conf";
    public const string TemporaryName = "stolon-temp-postgresql.conf";

    private const string Automatic = "postgresql.auto.conf";
    private const string Nowhere = "/dev/null";

    /// <summary>The configuration of a temporary start; the file is not deleted afterwards.</summary>
    public string TemporaryPath => directory.File(TemporaryName);

    /// <summary>Writes all files.</summary>
    /// <param name="temporary">Write the parameters to <see cref="TemporaryPath"/>, which includes an existing
    /// postgresql.conf.</param>
    /// <exception cref="PostgresToolException">One could not be written. Each file is completely the old or the new
    /// one.</exception>
    public void Write(PostgresVersion version, ServerConfiguration configuration, bool temporary)
    {
        try
        {
            if (configuration.Password is { } password)
            {
                AtomicFile.Write(password.Path, password.Line.Reveal + "\n");
            }

            var text = ConfigurationText.RenderServer(version, configuration);
            if (temporary)
            {
                var include = directory.Exists(ServerName) ? $"include '{ServerName}'\n" : "";
                AtomicFile.Write(TemporaryPath, include + text);
            }
            else
            {
                AtomicFile.Write(directory.File(ServerName), text);
            }

            AtomicFile.Write(directory.File("pg_hba.conf"), string.Concat(configuration.Hba.Select(l => l + "\n")));
            WriteUserMap(configuration.UserMap);
            if (configuration.Recovery == RecoveryMode.Recovery)
            {
                // A backup of a standby contains this file. It would take precedence, and recovery would never end.
                File.Delete(directory.File("standby.signal"));
            }

            if (DataDirectoryLayout.RecoveryFile(version, configuration.Recovery) is { } signal)
            {
                AtomicFile.Write(
                    directory.File(signal), ConfigurationText.RenderRecovery(version, configuration) ?? "");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PostgresToolException($"cannot write PostgreSQL's configuration: {e.Message}", e);
        }
    }

    /// <summary>Adds our lines to the operator's; lines that are not needed do no harm.</summary>
    /// <remarks>The operator's lines may have any encoding and stay byte for byte: read as Latin-1, each character is a
    /// byte. Ours are UTF-8.</remarks>
    private void WriteUserMap(ValueList<string> map)
    {
        const string IdentFile = "pg_ident.conf";
        if (map.IsEmpty)
        {
            return;
        }

        var present = directory.Exists(IdentFile)
            ? Encoding.Latin1.GetString(File.ReadAllBytes(directory.File(IdentFile)))
            : "";
        var ended = present.Length == 0 || present.EndsWith('\n') ? present : present + "\n";
        string[] wanted =
        [
            .. ended.Split('\n').SkipLast(1).Where(line => line.Split((char[])[' ', '\t'], 2)[0] != HbaRules.Map),
            .. map.Select(line => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(line))),
        ];
        var text = string.Concat(wanted.Select(line => line + "\n"));
        if (text != present)
        {
            AtomicFile.Write(directory.File(IdentFile), Encoding.Latin1.GetBytes(text));
        }
    }

    /// <summary>Makes ALTER SYSTEM fail, because it would set parameters that the cluster does not know
    /// (docs/spec/keeper.md 5.4).</summary>
    public void DisableAlterSystem()
    {
        try
        {
            var file = new FileInfo(directory.File(Automatic));
            if (file.LinkTarget != Nowhere)
            {
                file.Delete();
                file.CreateAsSymbolicLink(Nowhere);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PostgresToolException($"cannot replace {Automatic}: {e.Message}", e);
        }
    }

    /// <summary>pg_rewind must find no link in its place.</summary>
    public void RemoveAutomatic()
    {
        try
        {
            File.Delete(directory.File(Automatic));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PostgresToolException($"cannot remove {Automatic}: {e.Message}", e);
        }
    }
}

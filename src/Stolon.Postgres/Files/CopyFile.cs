using System.Text.Json;
using Stolon.Agents.Ports.Postgres;

namespace Stolon.Postgres.Files;

/// <summary>The file <c>copystate</c> of the keeper's data directory. Only our keeper uses it. It exists while a data
/// directory is being created or replaced, or replaced data are kept.</summary>
internal sealed class CopyFile(string dataDirectory)
{
    private readonly string _path = Path.Combine(dataDirectory, "copystate");

    /// <summary>Null: no operation is in progress.</summary>
    /// <exception cref="PostgresToolException">It cannot be read.</exception>
    public CopyRecord? Read()
    {
        try
        {
            return File.Exists(_path)
                ? JsonSerializer.Deserialize(File.ReadAllText(_path), CopyJson.Default.CopyRecord)
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new PostgresToolException(
                $"cannot read {_path}, which records where the parts of a data directory that is being created or "
                + $"replaced are: {e.Message}; until it can be read, nothing is cloned, rewound, replaced or deleted "
                + "here. To repair it: if only its permissions are wrong, let this keeper's user read it; if it is "
                + "damaged, stop the keeper, check that the data directory is complete, move away the directories "
                + "beside it (.new, .old) and the directories stolon-… at its tablespaces and its WAL directory to "
                + "which none of its links leads, delete this file and start the keeper",
                e);
        }
    }

    /// <returns>The record, now on disk.</returns>
    public CopyRecord Write(CopyRecord record)
    {
        try
        {
            AtomicFile.Write(_path, JsonSerializer.Serialize(record, CopyJson.Default.CopyRecord));
            return record;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PostgresToolException($"cannot write {_path}: {e.Message}", e);
        }
    }

    public void Delete()
    {
        try
        {
            File.Delete(_path);
            DirectoryTrees.Synchronize(dataDirectory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PostgresToolException($"cannot delete {_path}: {e.Message}", e);
        }
    }
}

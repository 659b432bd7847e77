using Microsoft.Extensions.Logging;
using Stolon.Agents.Ports.Postgres;
using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Postgres.Files;
using Stolon.Postgres.Sql;
using Stolon.Postgres.Tools;

namespace Stolon.Postgres;

/// <summary>Creates data directories by initdb, restore or clone, and removes them. No other process may use the files
/// meanwhile.</summary>
internal sealed class DataDirectoryBuilder(
    PostgresOptions options, CurrentLogin superuser, DataDirectory directory, DataDirectoryTools tools,
    TimeProvider time, ILogger logger)
{
    /// <summary>Limit of one deletion step, during which the keeper does nothing else: deleting terabytes takes
    /// minutes, and the primary may fail meanwhile.</summary>
    private static readonly TimeSpan DropPortion = TimeSpan.FromSeconds(1);

    private readonly CopyFile _file = new(options.DataDirectory);
    private readonly SourceMeasure _measure = new(options, superuser, time);

    private string? _unreadable;

    /// <inheritdoc cref="PostgresObservation.CloneSpace"/>
    public CloneSpace? CloneSpace { get; private set; }

    /// <inheritdoc cref="PostgresObservation.Replacement"/>
    /// <remarks>An unreadable record does not prevent a start or a promotion. Every step that changes files reads the
    /// record first, and fails.</remarks>
    public ReplacementProgress? Replacement
    {
        get
        {
            try
            {
                var progress = DataCopies.ReadProgress(_file);
                _unreadable = null;
                return progress;
            }
            catch (PostgresToolException e)
            {
                if (_unreadable != e.Message)
                {
                    _unreadable = e.Message;
                    PostgresLog.CopyStateUnreadable(logger, e.Message);
                }

                return null;
            }
        }
    }

    /// <summary>Runs before every other step, because no step may work on a directory that is between two
    /// places.</summary>
    public void Settle(PostgresVersion version) => Copies(version).Settle();

    public Task InitDbAsync(PostgresVersion version, NewConfig config, CancellationToken cancellationToken) =>
        MakeAsync(version, copies => copies.Begin([], null, beside: false), record =>
            tools.InitDbAsync(version, config, record.Wal?.New, cancellationToken));

    public Task RestoreAsync(PostgresVersion version, string command, CancellationToken cancellationToken) =>
        MakeAsync(version, copies => copies.BeginRestore(), async record =>
        {
            await tools.RestoreAsync(command, cancellationToken);
            if (record.Wal is { } wal)
            {
                await Task.Run(
                    () => RestoredWal.MoveOut(directory, version, wal, logger, cancellationToken), cancellationToken);
            }
        });

    public async Task CloneAsync(
        PostgresVersion version, ServerAddress source, InstanceUid self, string slot,
        CancellationToken cancellationToken)
    {
        var spaces = await SpacesAsync(source, cancellationToken);
        await MakeAsync(version, copies => copies.Begin(spaces, self, beside: false), record =>
            tools.CloneAsync(version, source, self, slot, record, cancellationToken));
    }

    public async Task CloneBesideAsync(
        PostgresVersion version, ServerAddress source, InstanceUid self, string slot,
        CancellationToken cancellationToken)
    {
        var spaces = await SpacesAsync(source, cancellationToken);
        var copies = Copies(version);
        var record = copies.Begin(spaces, self, beside: true);
        var made = false;
        try
        {
            await tools.CloneAsync(version, source, self, slot, record, cancellationToken);
            copies.MarkWhole(record);
            made = true;
        }
        finally
        {
            if (!made)
            {
                Undo(record.New!, () => copies.Discard(CancellationToken.None));
            }
        }
    }

    /// <summary>A server has started on the data directory.</summary>
    public void Accept(PostgresVersion version)
    {
        try
        {
            Copies(version).Accept();
        }
        catch (PostgresToolException e)
        {
            // Links are then not followed later, which is safe. The server runs.
            PostgresLog.CannotRecordStart(logger, e.Message);
        }
    }

    public void SwapIn(PostgresVersion version) => Copies(version).SwapIn();

    /// <summary>Deletes for a limited time; the next call continues.</summary>
    public async Task DropReplacedAsync(PostgresVersion version, CancellationToken cancellationToken)
    {
        using var portion = new CancellationTokenSource(DropPortion, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(portion.Token, cancellationToken);
        try
        {
            await Task.Run(() => Copies(version).DropReplaced(either.Token), cancellationToken);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // There is more.
        }
    }

    // Takes long on a large directory, and must not block the caller's thread.
    public Task EmptyAsync(PostgresVersion version, CancellationToken cancellationToken) =>
        Task.Run(() => Copies(version).Empty(cancellationToken), cancellationToken);

    public string SetAside(PostgresVersion version) => Copies(version).SetAside(time.GetUtcNow());

    /// <summary>Measures what a clone of that server needs on this host. What an earlier clone left is deleted first,
    /// because it occupies the space.</summary>
    public async Task MeasureAsync(
        PostgresVersion version, ServerAddress source, CancellationToken cancellationToken)
    {
        CloneSpace = null;
        var copies = Copies(version);
        CopyRecord record;
        ValueList<SourceSpace> spaces;
        try
        {
            await Task.Run(() => copies.Discard(cancellationToken), cancellationToken);
            spaces = await _measure.SpacesAsync(source, cancellationToken);
            record = copies.Plan(Pairs(spaces), null, directory.HasFiles);
            CloneSpace = CloneNeeds.Places(record, copies);
        }
        catch (Exception e) when (IsTrouble(e))
        {
            PostgresLog.SizeUnknown(logger, e.Message);
            CloneSpace = new CloneSpace { Blocked = $"cannot start a clone of {source}: {e.Message}" };
            return;
        }

        try
        {
            var sizes = await _measure.SizesAsync(source, spaces, cancellationToken);
            CloneSpace = CloneSpace with { Requirements = CloneNeeds.Of(record, sizes) };
        }
        catch (Exception e) when (IsTrouble(e))
        {
            PostgresLog.SizeUnknown(logger, e.Message);
            CloneSpace = CloneSpace with { SizeUnknownReason = e.Message };
        }
    }

    private static bool IsTrouble(Exception e) =>
        e is PostgresToolException or TimeoutException or IOException or UnauthorizedAccessException;

    private DataCopies Copies(PostgresVersion version) =>
        new(directory, _file, options.WalDirectory, version, logger);

    /// <summary>Read before anything is created: after an interruption, only this record names the locations of
    /// leftovers.</summary>
    private async Task<ValueList<(string Oid, string Location)>> SpacesAsync(
        ServerAddress source, CancellationToken cancellationToken)
    {
        return Pairs(await _measure.SpacesAsync(source, cancellationToken));
    }

    private static ValueList<(string Oid, string Location)> Pairs(ValueList<SourceSpace> spaces) =>
        spaces.Select(s => (s.Oid, s.Location)).ToValueList();

    /// <summary>Creates the data directory in its final place, or leaves it empty.</summary>
    private async Task MakeAsync(
        PostgresVersion version, Func<DataCopies, CopyRecord> begin, Func<CopyRecord, Task> make)
    {
        var copies = Copies(version);
        directory.Create();
        var record = begin(copies);
        var made = false;
        try
        {
            await make(record);
            copies.Install(record);
            made = true;
        }
        finally
        {
            if (!made)
            {
                Undo(directory.Path, () => copies.Empty(CancellationToken.None));
            }
        }
    }

    // The caller must get the first failure, so this one is only logged.
    private void Undo(string path, Action undo)
    {
        try
        {
            undo();
        }
        catch (PostgresToolException e)
        {
            PostgresLog.CannotDeleteIncomplete(logger, path, e.Message);
        }
    }
}

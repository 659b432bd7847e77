using Microsoft.Extensions.Logging;
using Stolon.Agents.Ports.Postgres;
using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Postgres;

namespace Stolon.Postgres.Files;

/// <summary>Creates, replaces, sets aside and empties data directories with their external parts. Each operation is
/// recorded before it begins.</summary>
internal sealed class DataCopies(
    DataDirectory directory, CopyFile file, string? walOption, PostgresVersion version, ILogger logger)
{
    private readonly CopyLocations _locations = new(directory, version, walOption);
    private readonly CopySwap _swap = new(file, version);

    public CopyObstacles Obstacles { get; } = new(file, version);

    private string Home => directory.RealPath ?? directory.Path;

    /// <summary>Null: no operation is in progress that a plan must know.</summary>
    public static ReplacementProgress? ReadProgress(CopyFile file)
    {
        var record = file.Read();
        var instance = record?.Instance is { } uid ? new InstanceUid(uid) : (InstanceUid?)null;
        return record switch
        {
            { Phase: CopyPhase.Whole } => new ReplacementProgress(ReplacementStage.Complete, instance),
            { Phase: CopyPhase.Retiring } or { Phase: CopyPhase.Installing } =>
                new ReplacementProgress(ReplacementStage.Swapping, instance),
            { Phase: CopyPhase.Dropping } => new ReplacementProgress(ReplacementStage.Dropping, null),
            { Phase: CopyPhase.Installed } => new ReplacementProgress(ReplacementStage.Swapped, instance),
            { Kept.Count: > 0 } => new ReplacementProgress(ReplacementStage.Swapped, null),
            _ => null,
        };
    }

    /// <summary>Completes a move that was interrupted between two places.</summary>
    /// <returns>The record; null: no operation is in progress.</returns>
    public CopyRecord? Settle() => Try("move the data directory", () =>
    {
        var record = file.Read();
        if (record is { Phase: CopyPhase.Retiring or CopyPhase.Installing })
        {
            PostgresLog.ContinuingReplacement(logger, record.Home);
            return _swap.Finish(record);
        }

        return record;
    });

    /// <summary>Deletes what is incomplete, unused or no longer needed beside the data directory.</summary>
    public void Discard(CancellationToken cancellationToken)
    {
        var record = Settle();
        if (record is { Phase: CopyPhase.Dropping })
        {
            Drop(record, cancellationToken);
            return;
        }

        if (record is not { Phase: CopyPhase.Filling or CopyPhase.Whole })
        {
            return;
        }

        Try("delete what a clone has left", () =>
        {
            foreach (var part in record.NewParts.Where(Directory.Exists))
            {
                PostgresLog.DeletingLeftover(logger, part);
                DirectoryTrees.Delete(part, cancellationToken);
            }

            Remember(record with { Phase = CopyPhase.Filling, Instance = null, New = null, Old = null });
            return record;
        });
    }

    /// <summary>Where a copy would be created. Writes nothing.</summary>
    /// <param name="spaces">The source's tablespaces: oid and location.</param>
    /// <param name="beside">Not in place.</param>
    public CopyRecord Plan(ValueList<(string Oid, string Location)> spaces, InstanceUid? instance, bool beside)
    {
        var known = file.Read();
        return new CopyRecord
        {
            Instance = instance?.Value,
            Home = Home,
            New = beside ? Home + ".new" : null,
            Old = beside ? Home + ".old" : null,
            Restored = beside ? known?.Restored : null,
            Spaces = _locations.Spaces(spaces, known),
            Wal = _locations.Wal(known),
            Kept = known?.Kept ?? [],
        };
    }

    /// <summary>Records the data directory that is about to be created, and deletes what an earlier attempt
    /// left.</summary>
    /// <exception cref="PostgresToolException">It cannot be made there; nothing was changed.</exception>
    public CopyRecord Begin(
        ValueList<(string Oid, string Location)> spaces, InstanceUid? instance, bool beside)
    {
        Discard(CancellationToken.None);
        return Begin(Plan(spaces, instance, beside));
    }

    /// <summary>The same for a restore, which may create anything, including links.</summary>
    /// <inheritdoc cref="Begin(ValueList{ValueTuple{string, string}}, InstanceUid?, bool)"/>
    public CopyRecord BeginRestore()
    {
        Discard(CancellationToken.None);
        var record = Plan([], null, beside: false);
        var emptied = file.Read()?.Spaces.Select(s => s.Home).Where(h => !CopyObstacles.HasCatalog(h, version)) ?? [];
        return Begin(record with
        {
            Restored = [.. emptied, .. record.Wal is { } wal ? (string[])[wal.Home] : []],
        });
    }

    /// <summary>The server has started on these data: from now on we trust their links.</summary>
    public void Accept()
    {
        if (file.Read() is { Restored: not null } record)
        {
            Remember(record.Phase == CopyPhase.Filling
                ? new CopyRecord { Home = record.Home, Kept = record.Kept }
                : record with { Restored = null });
        }
    }

    private CopyRecord Begin(CopyRecord record)
    {
        var beside = record.New is not null;
        var known = file.Read();
        if ((Obstacles.WhyBlocked(record) ?? (beside ? Obstacles.WhyNotBeside(record) : null)) is { } reason)
        {
            throw new PostgresToolException(reason);
        }

        return Try("prepare a data directory", () =>
        {
            if (!beside && known?.Wal?.Home == record.Wal?.Home && record.Wal is { } wal)
            {
                // Of a data directory that was emptied, or was never completed.
                DirectoryTrees.DeleteEach(WalEntries.In(wal.Home), CancellationToken.None);
            }

            return file.Write(record);
        });
    }

    /// <summary>The clone beside the data directory is complete.</summary>
    public void MarkWhole(CopyRecord record) => file.Write(record with { Phase = CopyPhase.Whole });

    /// <summary>Moves the external parts of a data directory that was created in its final place.</summary>
    public void Install(CopyRecord record) => Try(
        "move the new data into place", () => _swap.Finish(file.Write(record with { Phase = CopyPhase.Installing })));

    /// <summary>The clone replaces the old data, which are kept.</summary>
    public void SwapIn()
    {
        if (Settle() is { Phase: CopyPhase.Whole } record)
        {
            PostgresLog.SwappedIn(logger, record.Home);
            Try(
                "replace the data directory",
                () => _swap.Finish(file.Write(record with { Phase = CopyPhase.Retiring })));
        }
    }

    /// <summary>Deletes the replaced data. This is recorded first, because what an interrupted deletion leaves is not a
    /// usable copy.</summary>
    public void DropReplaced(CancellationToken cancellationToken)
    {
        if (Settle() is not { Kept.Count: > 0 } record)
        {
            return;
        }

        if (record.Phase != CopyPhase.Dropping)
        {
            record.Kept.ForEach(k => PostgresLog.DroppingReplaced(logger, k));
            record = file.Write(record with { Phase = CopyPhase.Dropping });
        }

        Drop(record, cancellationToken);
    }

    private void Drop(CopyRecord record, CancellationToken cancellationToken)
    {
        foreach (var kept in record.Kept)
        {
            Try("delete replaced data", () =>
            {
                DirectoryTrees.Delete(kept, cancellationToken);
                return kept;
            });
        }

        file.Delete();
    }

    /// <summary>Empties the data directory and its external parts, and keeps their locations.</summary>
    public void Empty(CancellationToken cancellationToken)
    {
        Discard(cancellationToken);
        var known = file.Read();
        var spaces = _locations.OwnSpaces(known);
        var wal = _locations.LinkedWal(known) ?? known?.Wal;
        var record = new CopyRecord
        {
            Home = Home,
            Restored = known?.Restored,
            Spaces = [.. spaces, .. (known?.Spaces ?? []).Where(k => !spaces.Exists(s => s.Oid == k.Oid))],
            Wal = wal,
            Kept = known?.Kept ?? [],
        };
        Remember(record);
        directory.Empty(version, Follows, cancellationToken);
        Remember(record with { Restored = null });

        bool Follows(string target)
        {
            var follows = record.Follows(target);
            if (!follows)
            {
                PostgresLog.LinkNotFollowed(logger, target);
            }

            return follows;
        }
    }

    /// <summary>Moves the data directory aside with its external parts, complete: a server could be started on it in
    /// its new place.</summary>
    /// <returns>Where it is.</returns>
    /// <exception cref="PostgresToolException">It cannot be moved and is where it was, or an interrupted move is
    /// continued later.</exception>
    public string SetAside(DateTimeOffset now)
    {
        Discard(CancellationToken.None);
        var home = Home;
        if (CopyObstacles.WhyNotMoved(home) is { } reason)
        {
            throw new PostgresToolException($"cannot move the data directory {home} aside: {reason}");
        }

        var suffix = $".aside-{now.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}";
        var (aside, again) = (home + suffix, 1);
        while (Path.Exists(aside))
        {
            aside = $"{home}{suffix}-{++again}";
        }

        var known = file.Read();
        string Renamed(string old) => old[..^".old".Length] + aside[home.Length..];
        var record = new CopyRecord
        {
            Phase = CopyPhase.Retiring,
            Home = home,
            Old = aside,
            Aside = true,
            Spaces = [.. _locations.OwnSpaces(known).Select(s => s with { Old = Renamed(s.Old) })],
            Wal = _locations.LinkedWal(known) is { } wal ? wal with { Old = Renamed(wal.Old) } : null,
            Kept = known?.Kept ?? [],
        };
        Try("move the data directory aside", () => _swap.Finish(file.Write(record)));
        return aside;
    }

    /// <summary>The locations of the external parts, if there are any.</summary>
    private void Remember(CopyRecord record)
    {
        if (record is { Spaces.Count: 0, Wal: null, Kept.Count: 0, Restored: null })
        {
            file.Delete();
        }
        else
        {
            file.Write(record);
        }
    }

    private static T Try<T>(string what, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PostgresToolException($"cannot {what}: {e.Message}", e);
        }
    }
}

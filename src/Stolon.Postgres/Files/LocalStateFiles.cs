using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Stolon.Agents.Ports.Keeper;
using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Postgres;

namespace Stolon.Postgres.Files;

/// <summary>The files <c>keeperstate</c> and <c>dbstate</c> of a keeper's data directory.</summary>
public sealed class LocalStateFiles(string dataDirectory) : ILocalStateFiles
{
    private readonly string _keeper = Path.Combine(dataDirectory, "keeperstate");
    private readonly string _instance = Path.Combine(dataDirectory, "dbstate");

    public KeeperState ReadKeeper() =>
        Read(_keeper, LocalStateJson.Default.KeeperFile) is { } file
            ? new KeeperState(
                Text(file.Uid) is { } uid ? new KeeperUid(uid) : null,
                Text(file.ClusterUid) is { } cluster ? new ClusterUid(cluster) : null)
            {
                Seen = file.Seen is { } seen ? Of(seen) : null,
                SeenBefore = (file.SeenBefore ?? []).Select(Of).ToValueList(),
            }
            : new KeeperState(null, null);

    private static SeenClusterData Of(LocalStateJson.SeenFileV1 seen) => new(
        new ClusterUid(seen.ClusterUid),
        new Generation(seen.ProxyGeneration),
        new WallTime(seen.ProxyChanged, seen.ProxyChangedExtraNanoseconds))
    {
        WentBack = seen.WentBack,
        Primary = Text(seen.Primary) is { } primary ? new InstanceUid(primary) : null,
    };

    private static LocalStateJson.SeenFileV1 Of(SeenClusterData seen) => new()
    {
        ClusterUid = seen.Cluster.Value,
        ProxyGeneration = seen.Proxies.Value,
        ProxyChanged = seen.ProxiesChanged.Value,
        ProxyChangedExtraNanoseconds = seen.ProxiesChanged.ExtraNanoseconds,
        WentBack = seen.WentBack,
        Primary = seen.Primary?.Value,
    };

    public InstanceState ReadInstance() =>
        Read(_instance, LocalStateJson.Default.InstanceFile) is { } file
            ? new InstanceState
            {
                Uid = Text(file.Uid) is { } uid ? new InstanceUid(uid) : null,
                Generation = new Generation(file.Generation),
                Initializing = file.Initializing,
                InitParameters = file.InitPgParameters?.ToValueMap(),
                AcknowledgedTimeline = new Timeline(file.AcknowledgedTimeline),
                Cluster = Text(file.ClusterUid) is { } cluster ? new ClusterUid(cluster) : null,
            }
            : InstanceState.Empty;

    public void Write(KeeperState state) =>
        Write(_keeper, LocalStateJson.Default.KeeperFile, new LocalStateJson.KeeperFileV1
        {
            Uid = state.Uid?.Value ?? "",
            ClusterUid = state.Cluster?.Value ?? "",
            Seen = state.Seen is { } seen ? Of(seen) : null,
            SeenBefore = state.SeenBefore.IsEmpty ? null : [.. state.SeenBefore.Select(Of)],
            Foreign = Present(_keeper, LocalStateJson.Default.KeeperFile)?.Foreign,
        });

    public void Write(InstanceState state) =>
        Write(_instance, LocalStateJson.Default.InstanceFile, new LocalStateJson.InstanceFileV1
        {
            Uid = state.Uid?.Value ?? "",
            Generation = state.Generation.Value,
            Initializing = state.Initializing,
            InitPgParameters = state.InitParameters is { } parameters
                ? new SortedDictionary<string, string>(
                    parameters.ToDictionary(p => p.Key, p => p.Value), StringComparer.Ordinal)
                : null,
            AcknowledgedTimeline = state.AcknowledgedTimeline.Value,
            ClusterUid = Text(state.Cluster?.Value),
            Foreign = Present(_instance, LocalStateJson.Default.InstanceFile) is { } present
                && Text(present.Uid) == state.Uid?.Value ? present.Foreign : null,
        });

    /// <summary>The file that is about to be replaced; null when it is missing or unreadable, because an unreadable
    /// file must not prevent its replacement.</summary>
    private static T? Present<T>(string path, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return Read(path, type);
        }
        catch (LocalStateException)
        {
            return null;
        }
    }

    private static T? Read<T>(string path, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(path), type)
                ?? throw new LocalStateException($"{path} is damaged (null instead of an object)");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException e)
        {
            throw new LocalStateException(
                $"{path} is damaged (not the JSON expected, line {e.LineNumber + 1}); nothing was changed: "
                + "restore the file, or move this keeper's data directory away to start again as another keeper",
                e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LocalStateException($"cannot read {path}: {e.Message}", e);
        }
    }

    private static void Write<T>(string path, JsonTypeInfo<T> type, T value)
    {
        try
        {
            AtomicFile.Write(path, JsonSerializer.Serialize(value, type));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LocalStateException($"cannot write {path}: {e.Message}", e);
        }
    }

    private static string? Text(string? value) => string.IsNullOrEmpty(value) ? null : value;
}

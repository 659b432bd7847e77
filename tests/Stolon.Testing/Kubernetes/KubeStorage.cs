using System.Globalization;
using System.Text.Json.Nodes;

namespace Stolon.Testing.Kubernetes;

/// <summary>The test double's data: objects, one version counter for all of them, and the latest changes.</summary>
internal sealed class KubeStorage
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, JsonObject> _objects = new(StringComparer.Ordinal);
    private readonly List<KubeChange> _history = [];
    private readonly HashSet<string> _namespaces = ["default"];
    private TaskCompletionSource _pulse = New();
    private long _version = 1;
    private long _forgotten;

    /// <summary>The number of changes that are kept for watches.</summary>
    public int Memory { get; set; } = 1000;

    public long Version
    {
        get
        {
            lock (_lock)
            {
                return _version;
            }
        }
    }

    /// <summary>Clears the history: earlier watches must start over.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            // As on a real server, another change has happened since.
            _version++;
            _history.Clear();
            _forgotten = _version;
        }
    }

    public void AddNamespace(string name)
    {
        lock (_lock)
        {
            if (!_namespaces.Add(name))
            {
                throw KubeStatusException.AlreadyExists("namespaces", name);
            }
        }
    }

    /// <summary>A copy; null if it does not exist.</summary>
    public JsonObject? Find(KubePath path)
    {
        lock (_lock)
        {
            return _objects.GetValueOrDefault(path.Key)?.DeepClone().AsObject();
        }
    }

    /// <summary>Copies of all objects that match the selector, sorted by name, and the version of this state.</summary>
    public (IReadOnlyList<JsonObject> Items, long Version) List(KubePath path, KubeSelector selector)
    {
        lock (_lock)
        {
            var items = _objects.Where(o => o.Key.StartsWith(path.Key, StringComparison.Ordinal)).Select(o => o.Value)
                .Where(selector.Takes).Select(o => o.DeepClone().AsObject()).ToList();
            return (items, _version);
        }
    }

    /// <summary>Replaces the object by the result of <paramref name="change"/> on a copy of it (null: does not exist,
    /// or is deleted), in one step.</summary>
    public JsonObject? Change(KubePath path, Func<JsonObject?, JsonObject?> change)
    {
        lock (_lock)
        {
            if (!_namespaces.Contains(path.Namespace))
            {
                throw KubeStatusException.NotFound("namespaces", path.Namespace);
            }

            var before = _objects.GetValueOrDefault(path.Key);
            var after = change(before?.DeepClone().AsObject());
            if (JsonNode.DeepEquals(before, after))
            {
                // An update without a change keeps the version.
                return before?.DeepClone().AsObject();
            }

            _version++;
            var version = _version.ToString(CultureInfo.InvariantCulture);
            var told = (after ?? before)!.DeepClone().AsObject();
            told["metadata"]!["resourceVersion"] = version;
            if (after is null)
            {
                _objects.Remove(path.Key);
            }
            else
            {
                _objects[path.Key] = told;
            }

            _history.Add(new KubeChange(_version, path.Key, before, after is null ? null : told, told));
            while (_history.Count > Memory)
            {
                _forgotten = _history[0].Version;
                _history.RemoveAt(0);
            }

            _pulse.TrySetResult();
            return told.DeepClone().AsObject();
        }
    }

    /// <summary>The changes to this kind of object since a version; if there are none, a task that completes at the
    /// next one.</summary>
    /// <exception cref="KubeStatusException">410: the history no longer contains it.</exception>
    public (IReadOnlyList<KubeChange> Changes, Task More, long Upto) Since(KubePath path, long version)
    {
        lock (_lock)
        {
            if (version < _forgotten)
            {
                throw KubeStatusException.Expired(version, _forgotten);
            }

            var changes = _history.Where(
                c => c.Version > version && c.Key.StartsWith(path.Key, StringComparison.Ordinal)).ToList();
            if (_pulse.Task.IsCompleted)
            {
                _pulse = New();
            }

            return (changes, _pulse.Task, _version);
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>One change, as a watch reports it.</summary>
/// <param name="Before">Null = created.</param>
/// <param name="After">Null = deleted.</param>
/// <param name="Last">The object, or its last state, with the change's version.</param>
internal sealed record KubeChange(long Version, string Key, JsonObject? Before, JsonObject? After, JsonObject Last);

/// <summary>One object, or one kind of objects in a namespace.</summary>
/// <param name="Name">Null = all.</param>
internal sealed record KubePath(string Namespace, string Resource, string? Name)
{
    public string Key => $"{Namespace}/{Resource}/{Name}";

    public string Kind => Resource switch
    {
        "configmaps" => "ConfigMap",
        "pods" => "Pod",
        _ => "Event",
    };
}

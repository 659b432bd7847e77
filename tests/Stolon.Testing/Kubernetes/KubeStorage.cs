using System.Globalization;
using System.Text.Json.Nodes;

namespace Stolon.Testing.Kubernetes;

/// <summary>What the double holds: objects, one count of versions for all of them, and what happened lately.</summary>
internal sealed class KubeStorage
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, JsonObject> _objects = new(StringComparer.Ordinal);
    private readonly List<KubeChange> _history = [];
    private readonly HashSet<string> _namespaces = ["default"];
    private TaskCompletionSource _pulse = New();
    private long _version = 1;
    private long _forgotten;

    /// <summary>How many changes are remembered for watches.</summary>
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

    /// <summary>Forgets all that has happened: watches from before must begin anew.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            // As time does to a real one: something else has happened since, too.
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

    /// <summary>A copy; null when it is not there.</summary>
    public JsonObject? Find(KubePath path)
    {
        lock (_lock)
        {
            return _objects.GetValueOrDefault(path.Key)?.DeepClone().AsObject();
        }
    }

    /// <summary>Copies of all that the selector takes, sorted by name, and the version at which they were so.</summary>
    public (IReadOnlyList<JsonObject> Items, long Version) List(KubePath path, KubeSelector selector)
    {
        lock (_lock)
        {
            var items = _objects.Where(o => o.Key.StartsWith(path.Key, StringComparison.Ordinal)).Select(o => o.Value)
                .Where(selector.Takes).Select(o => o.DeepClone().AsObject()).ToList();
            return (items, _version);
        }
    }

    /// <summary>Replaces what is there by what <paramref name="change"/> makes of a copy of it (null: not there, or no
    /// more), in one step.</summary>
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
                // An update that changes nothing is no change.
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

    /// <summary>Whatever has happened to this kind of object since a version; when nothing has, a task that ends when
    /// something does.</summary>
    /// <exception cref="KubeStatusException">410: it is forgotten.</exception>
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

/// <summary>One change, as watches tell it.</summary>
/// <param name="Before">Null = created.</param>
/// <param name="After">Null = deleted.</param>
/// <param name="Last">As it is, or was at last, with the change's version.</param>
internal sealed record KubeChange(long Version, string Key, JsonObject? Before, JsonObject? After, JsonObject Last);

/// <summary>Which object, or which kind of objects of a namespace.</summary>
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

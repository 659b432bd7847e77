using System.Collections;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Stolon.Core.Common;

/// <summary>An immutable map, sorted by key, that compares by content.</summary>
/// <remarks>Sorted (strings: ordinal) so that every process enumerates in the same order, which is also the member
/// order of the stored JSON.</remarks>
public sealed class ValueMap<TKey, TValue> : IReadOnlyDictionary<TKey, TValue>, IEquatable<ValueMap<TKey, TValue>>
    where TKey : notnull
{
    private readonly ImmutableSortedDictionary<TKey, TValue> _items;

    internal ValueMap(ImmutableSortedDictionary<TKey, TValue> items) => _items = items;

    public static ValueMap<TKey, TValue> Empty { get; } =
        new(ImmutableSortedDictionary.Create<TKey, TValue>(ValueMap.OrderOf<TKey>()));

    public int Count => _items.Count;

    public bool IsEmpty => _items.IsEmpty;

    public IEnumerable<TKey> Keys => _items.Keys;

    public IEnumerable<TValue> Values => _items.Values;

    public TValue this[TKey key] => _items[key];

    public static bool operator ==(ValueMap<TKey, TValue>? left, ValueMap<TKey, TValue>? right) => Equals(left, right);

    public static bool operator !=(ValueMap<TKey, TValue>? left, ValueMap<TKey, TValue>? right) => !Equals(left, right);

    /// <summary>The map with this entry added or replaced.</summary>
    public ValueMap<TKey, TValue> With(TKey key, TValue value) => new(_items.SetItem(key, value));

    public ValueMap<TKey, TValue> Without(TKey key) => new(_items.Remove(key));

    public bool ContainsKey(TKey key) => _items.ContainsKey(key);

    public bool TryGetValue(TKey key, [MaybeNullWhen(false)] out TValue value) => _items.TryGetValue(key, out value);

    public bool Equals(ValueMap<TKey, TValue>? other)
    {
        if (ReferenceEquals(this, other) || ReferenceEquals(_items, other?._items))
        {
            return true;
        }

        return other is not null && Count == other.Count && _items.SequenceEqual(other._items);
    }

    public override bool Equals(object? obj) => Equals(obj as ValueMap<TKey, TValue>);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var (key, value) in _items)
        {
            hash.Add(key);
            hash.Add(value);
        }

        return hash.ToHashCode();
    }

    public IEnumerator<KeyValuePair<TKey, TValue>> GetEnumerator() => _items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => "{" + string.Join(", ", _items.Select(i => $"{i.Key}={i.Value}")) + "}";
}

/// <summary>Creates <see cref="ValueMap{TKey,TValue}"/> values.</summary>
public static class ValueMap
{
    /// <summary>The value of <paramref name="key"/>; null: the key is null or absent.</summary>
    public static TValue? Find<TKey, TValue>(this ValueMap<TKey, TValue> map, TKey? key)
        where TKey : struct
        where TValue : class => key is { } present && map.TryGetValue(present, out var value) ? value : null;

    public static ValueMap<TKey, TValue> ToValueMap<TItem, TKey, TValue>(
        this IEnumerable<TItem> items, Func<TItem, TKey> key, Func<TItem, TValue> value)
        where TKey : notnull =>
        new(items.ToImmutableSortedDictionary(key, value, OrderOf<TKey>()));

    public static ValueMap<TKey, TValue> ToValueMap<TKey, TValue>(this IEnumerable<KeyValuePair<TKey, TValue>> items)
        where TKey : notnull =>
        new(items.ToImmutableSortedDictionary(OrderOf<TKey>()));

    internal static IComparer<TKey> OrderOf<TKey>() =>
        typeof(TKey) == typeof(string) ? (IComparer<TKey>)StringComparer.Ordinal : Comparer<TKey>.Default;
}

namespace Stolon.Agents.Ports.Store;

/// <summary>The version of a stored value, which a conditional write compares. Opaque: only equality has a
/// meaning.</summary>
/// <param name="Value">etcd v3: the key's mod revision; Consul: its ModifyIndex; Kubernetes: a digest of the
/// annotation.</param>
public readonly record struct Revision(string Value)
{
    public override string ToString() => Value;
}

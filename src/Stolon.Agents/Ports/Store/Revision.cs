namespace Stolon.Agents.Ports.Store;

/// <summary>Which version of a stored value was read; what a conditional write compares. Opaque: only equality has
/// meaning.</summary>
/// <param name="Value">etcd v3: the key's mod revision; Consul: its ModifyIndex; Kubernetes: a digest of the
/// annotation.</param>
public readonly record struct Revision(string Value)
{
    public override string ToString() => Value;
}

namespace Stolon.Agents.Ports.Proxy;

/// <summary>What a server that clients are joined with is.</summary>
public enum DestinationRole
{
    Primary,
    Standby,
}

namespace Stolon.Forwarding.Tests.Rig;

public enum Side
{
    Client,
    Server,
}

namespace Stolon.Forwarding.Protocol;

/// <summary>The second number of a client's first packet, where it is not a protocol version (PostgreSQL manual,
/// "Message Formats").</summary>
internal static class StartupCode
{
    public const int Cancel = 80877102;
    public const int Ssl = 80877103;
    public const int GssEncryption = 80877104;
}

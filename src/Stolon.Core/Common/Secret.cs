namespace Stolon.Core.Common;

/// <summary>A password: compares like text, prints as <c>***</c>.</summary>
/// <param name="Reveal">The text itself, only to be sent or written.</param>
public sealed record Secret(string Reveal)
{
    public override string ToString() => "***";
}

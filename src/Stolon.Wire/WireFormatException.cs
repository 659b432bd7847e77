namespace Stolon.Wire;

/// <summary>A document, or a text given by the operator, that is not in the format. No part of it was used.</summary>
/// <param name="document">The document, for people.</param>
/// <param name="path">The member, as <c>cluster.spec.sleepInterval</c>; empty: the document as a whole.</param>
/// <param name="problem">What is wrong with it.</param>
public sealed class WireFormatException(string document, string path, string problem)
    : Exception(path.Length == 0 ? $"{document}: {problem}" : $"{document}: {path}: {problem}")
{
    public string Document { get; } = document;

    public string Path { get; } = path;

    public string Problem { get; } = problem;
}

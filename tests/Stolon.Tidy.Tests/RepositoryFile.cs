using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Stolon.Tidy.Tests;

/// <summary>A file of the repository, or a sample that a test made up.</summary>
/// <param name="path">From the root of the repository, with slashes.</param>
internal sealed class RepositoryFile(string path, string text)
{
    // Test classes run at once and compare nodes by identity: there is one tree.
    private readonly Lazy<SyntaxNode> _syntax = new(() => CSharpSyntaxTree.ParseText(text).GetRoot());

    public string Path => path;

    public string Text => text;

    public string[] Lines => Text.Split('\n');

    public bool IsCode => Path.EndsWith(".cs", StringComparison.Ordinal);

    public bool IsDocument => Path.EndsWith(".md", StringComparison.Ordinal);

    public SyntaxNode Syntax => _syntax.Value;

    public bool IsIn(string folder) => Path.StartsWith(folder + "/", StringComparison.Ordinal);

    /// <summary>"path:line", as editors and terminals understand it.</summary>
    public string At(SyntaxNodeOrToken node) => At(node.Span.Start);

    public string At(int position) => $"{Path}:{Text.AsSpan(0, position).Count('\n') + 1}";
}

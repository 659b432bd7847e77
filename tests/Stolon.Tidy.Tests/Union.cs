using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Stolon.Tidy.Tests;

/// <summary>An abstract record whose cases are nested in it, and are all there are.</summary>
internal sealed record Union(RepositoryFile File, RecordDeclarationSyntax Type)
{
    public string Name => Type.Identifier.Text;

    private IEnumerable<RecordDeclarationSyntax> Derived => Type.Members.OfType<RecordDeclarationSyntax>();

    private HashSet<string> Cases => [.. Derived.Select(c => c.Identifier.Text)];

    public static IReadOnlyList<Union> In(IEnumerable<RepositoryFile> files) =>
    [
        .. from file in files
           from type in file.Syntax.DescendantNodes().OfType<RecordDeclarationSyntax>()
           where type.Modifiers.Any(SyntaxKind.AbstractKeyword)
           select new Union(file, type),
    ];

    /// <summary>Open cases, and a Match that does not ask for every case.</summary>
    public IEnumerable<string> Problems()
    {
        foreach (var open in Derived.Where(c => !c.Modifiers.Any(SyntaxKind.SealedKeyword)))
        {
            yield return $"{File.At(open)}: {Name}.{open.Identifier.Text} is not sealed";
        }

        foreach (var match in Type.Members.OfType<MethodDeclarationSyntax>().Where(m => m.Identifier.Text == "Match"))
        {
            var asked = match.ParameterList.Parameters
                .Select(p => p.Type).OfType<GenericNameSyntax>()
                .Select(f => f.TypeArgumentList.Arguments[0].ToString());
            if (!Cases.SetEquals(asked))
            {
                yield return $"{File.At(match)}: Match does not cover the cases of {Name}";
            }
        }
    }

    /// <summary>Cases elsewhere, and switch expressions that forget one.</summary>
    public IEnumerable<string> ProblemsIn(RepositoryFile file)
    {
        foreach (var stray in file.Syntax.DescendantNodes().OfType<RecordDeclarationSyntax>().Where(
            r => r.Parent != Type && r.BaseList?.Types.Any(t => t.Type.ToString() == Name) is true))
        {
            yield return $"{file.At(stray)}: a case of {Name} outside of it";
        }

        foreach (var choice in file.Syntax.DescendantNodes().OfType<SwitchExpressionSyntax>())
        {
            var named = choice.Arms.SelectMany(a => a.Pattern.DescendantNodesAndSelf()).Select(CaseOf).ToHashSet();
            if (named.Overlaps(Cases) && !named.IsSupersetOf(Cases))
            {
                var forgotten = string.Join(", ", Cases.Where(c => !named.Contains(c)));
                yield return $"{file.At(choice)}: forgets {forgotten} of {Name}";
            }
        }
    }

    private string? CaseOf(SyntaxNode node) => node switch
    {
        QualifiedNameSyntax name when name.Left.ToString() == Name => name.Right.ToString(),
        MemberAccessExpressionSyntax name when name.Expression.ToString() == Name => name.Name.ToString(),
        _ => null,
    };
}

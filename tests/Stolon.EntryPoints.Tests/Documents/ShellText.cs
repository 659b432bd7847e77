using System.Text;

namespace Stolon.EntryPoints.Tests.Documents;

/// <summary>The commands of a piece of shell script: enough of the shell's grammar for a manual.</summary>
internal sealed class ShellText
{
    private readonly string _text;
    private readonly int _firstLine;
    private readonly List<ShellCommand> _commands = [];
    private readonly List<string> _words = [];
    private readonly StringBuilder _word = new();
    private bool _inWord;
    private bool _skipNext;
    private int _line;
    private int _at;

    private ShellText(string text, int firstLine)
    {
        _text = text;
        _firstLine = firstLine;
    }

    /// <param name="firstLine">Number of the text's first line.</param>
    /// <exception cref="FormatException">A quote or parenthesis that is not closed, or a here-document.</exception>
    public static IReadOnlyList<ShellCommand> Commands(string text, int firstLine)
    {
        var shell = new ShellText(text, firstLine);
        for (; shell._at < text.Length; shell._at++)
        {
            shell.Read(text[shell._at]);
        }

        shell.EndCommand();
        return shell._commands;
    }

    private int Line => _firstLine + _text.AsSpan(0, Math.Min(_at, _text.Length)).Count('\n');

    private char Next => _at + 1 < _text.Length ? _text[_at + 1] : '\0';

    private void Read(char c)
    {
        switch (c)
        {
            case '\\' when Next == '\n':
                EndWord();
                _at++;
                break;
            case '\\':
                _at++;
                Add(_text[_at]);
                break;
            case '\'':
                AddThrough('\'', expands: false);
                break;
            case '"':
                AddThrough('"', expands: true);
                break;
            case '$' when Next == '(':
                Substitute();
                break;
            case '#' when !_inWord:
                _at = EndOfLine() - 1;
                break;
            case ' ' or '\t':
                EndWord();
                break;
            case '<' or '>':
                Redirect();
                break;
            case '\n' or ';' or '|' or '&' or '(' or ')':
                EndCommand();
                break;
            default:
                Add(c);
                break;
        }
    }

    /// <summary>To the closing quote.</summary>
    private void AddThrough(char quote, bool expands)
    {
        StartWord();
        for (_at++; _at < _text.Length && _text[_at] != quote; _at++)
        {
            if (expands && _text[_at] == '$' && Next == '(')
            {
                Substitute();
                continue;
            }

            _at += expands && _text[_at] == '\\' && Next is '"' or '\\' or '$' or '`' ? 1 : 0;
            _word.Append(_text[_at]);
        }

        Require(_at < _text.Length, $"a {quote} that is not closed");
    }

    /// <summary>The commands between <c>$(</c> and its <c>)</c> are commands too.</summary>
    private void Substitute()
    {
        StartWord();
        var (start, depth) = (_at + 2, 1);
        for (_at = start; _at < _text.Length && depth > 0; _at++)
        {
            depth += _text[_at] switch { '(' => 1, ')' => -1, _ => 0 };
        }

        Require(depth == 0, "a $( that is not closed");
        _at--;
        _commands.AddRange(Commands(_text[start.._at], Line));
        _word.Append("$()");
    }

    private void Redirect()
    {
        Require(!(_text[_at] == '<' && Next == '<'), "a here-document: name a file instead");
        if (_word.Length > 0 && _word.ToString().All(char.IsAsciiDigit))
        {
            _word.Clear();
            _inWord = false;
        }

        EndWord();
        _at += Next is '>' or '&' ? 1 : 0;
        _skipNext = true;
    }

    private void Add(char c)
    {
        StartWord();
        _word.Append(c);
    }

    private void StartWord()
    {
        if (_words.Count == 0 && !_inWord)
        {
            _line = Line;
        }

        _inWord = true;
    }

    private void EndWord()
    {
        if (_inWord && !_skipNext)
        {
            _words.Add(_word.ToString());
        }

        _skipNext &= !_inWord;
        _inWord = false;
        _word.Clear();
    }

    private void EndCommand()
    {
        EndWord();
        if (_words.Count > 0)
        {
            _commands.Add(new ShellCommand(_line, [.. _words]));
        }

        _words.Clear();
        _skipNext = false;
    }

    private int EndOfLine() => _text.IndexOf('\n', _at) is >= 0 and var end ? end : _text.Length;

    private void Require(bool holds, string problem)
    {
        if (!holds)
        {
            throw new FormatException($"line {Line}: {problem}");
        }
    }
}

/// <summary>A simple command.</summary>
/// <param name="Line">Where it begins.</param>
/// <param name="Words">Without quotes; <c>$()</c> stands for what a command prints, variables stand as they
/// are.</param>
internal sealed record ShellCommand(int Line, IReadOnlyList<string> Words);

namespace Stolon.Forwarding.Tests.Rig;

/// <summary>What the frames of one direction of one connection have been so far.</summary>
internal sealed class StreamCheck
{
    private long _next;
    private Frame? _first;

    /// <returns>Null: the frame is the one that had to come.</returns>
    public string? Check(Frame? frame)
    {
        if (frame is not { } f)
        {
            return $"frame {_next} of {_first} is damaged";
        }

        _first ??= f;
        return f.Connection != _first.Value.Connection ? $"{f} in the stream of {_first}"
            : f.Turn != _first.Value.Turn ? $"{f} after the turn of {_first}"
            : f.Number != _next++ ? $"{f} instead of {_next - 1}"
            : null;
    }
}

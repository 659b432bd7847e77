using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Wire.V1;

namespace Stolon.Wire.Mapping;

/// <summary>Converts troubles and complaints.</summary>
internal static class TroubleMap
{
    public static Trouble? ToDomain(this TroubleV1? wire) =>
        wire?.Reason.NullIfEmpty() is { } reason ? new Trouble(reason, wire.Since ?? WallTime.Never) : null;

    public static TroubleV1? ToWire(this Trouble? trouble) =>
        trouble is null ? null : new TroubleV1 { Reason = trouble.Reason, Since = trouble.Since };

    public static StartTrouble? ToDomain(this StartTroubleV1? wire) => wire?.Reason.NullIfEmpty() is { } reason
        ? new StartTrouble(wire.Starts ?? 0, reason, wire.Hopeless ?? false)
        : null;

    public static StartTroubleV1? ToWire(this StartTrouble? trouble) => trouble is null
        ? null
        : new StartTroubleV1
        {
            Starts = trouble.Starts,
            Reason = trouble.Reason,
            Hopeless = trouble.Hopeless.NullIfFalse(),
        };

    /// <summary>A complaint with a subject that this version does not know is skipped: complaints are only
    /// shown.</summary>
    public static ValueList<Complaint> ToDomain(this List<ComplaintV1?>? wire) =>
        (wire ?? [])
            .Where(c => c?.Subject is { } subject && WireNames.Complaint.Any(w => w.Word == subject))
            .Select(c => new Complaint(
                WireNames.Complaint.Read(c!.Subject!, "complaints"), c.Text ?? "", c.Since ?? WallTime.Never)
            {
                Refusal = c.Refusal ?? false,
            })
            .ToValueList();

    public static List<ComplaintV1?>? ToWire(this ValueList<Complaint> complaints) =>
        complaints.IsEmpty
            ? null
            :
            [
                .. complaints.Select(c => new ComplaintV1
                {
                    Subject = WireNames.Complaint.Write(c.Subject),
                    Text = c.Text,
                    Since = c.Since,
                    Refusal = c.Refusal.NullIfFalse(),
                }),
            ];
}

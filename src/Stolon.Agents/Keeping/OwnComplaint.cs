using Stolon.Core.Model;

namespace Stolon.Agents.Keeping;

/// <summary>One of several who complain about a subject: settles it only after a complaint of its own.</summary>
internal sealed class OwnComplaint(ComplaintBook complaints, ComplaintSubject subject)
{
    private bool _lasts;

    /// <param name="text">Null: nothing is wrong, as far as this one can tell.</param>
    /// <param name="told">Its beginning stands in the log already.</param>
    public void Set(string? text, bool told = false)
    {
        if (text is not null || _lasts)
        {
            complaints.Set(subject, text, told);
        }

        _lasts = text is not null;
    }
}

using System.Text;
using Stolon.Core.Model;
using Stolon.Wire.Json;
using Stolon.Wire.Mapping;
using Stolon.Wire.V1;

namespace Stolon.Wire;

/// <summary>The JSON form of the status, for scripts (docs/spec/stolonctl.md 5).</summary>
public static class StatusJson
{
    /// <summary>Indented with tabs, without a line end behind it.</summary>
    public static string Encode(StatusV1 status) =>
        Encoding.UTF8.GetString(JsonText.Write(status, WireV1Context.Indented.StatusV1));

    /// <summary>The subject in the words of a keeper's report.</summary>
    public static string WordOf(ComplaintSubject subject) => WireNames.Complaint.Write(subject);
}

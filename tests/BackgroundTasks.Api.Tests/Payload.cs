using System.ComponentModel.DataAnnotations;

namespace BackgroundTasks.Api.Tests;

internal static class Payload
{
    /// <summary>The members that validation finds fault with.</summary>
    public static IReadOnlyList<string> FaultyMembers(object payload)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(payload, new ValidationContext(payload), results, validateAllProperties: true);
        return [.. results.SelectMany(result => result.MemberNames).Distinct()];
    }
}

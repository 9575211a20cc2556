using System.ComponentModel.DataAnnotations;

namespace BackgroundTasks.Api.Notifications;

/// <summary>
/// Text of one line: no control character, which covers line feed, carriage return, next line and all others that Unicode ends a line with
/// but two, and neither of those two, the line and the paragraph separator. So it cannot forge a line of a log or a header of a mail.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SingleLineAttribute() : ValidationAttribute("One line of text, without line breaks and control characters.")
{
    /// <inheritdoc/>
    public override bool IsValid(object? value) =>
        value is not string text || !text.Any(character => char.IsControl(character) || character is '\u2028' or '\u2029');
}

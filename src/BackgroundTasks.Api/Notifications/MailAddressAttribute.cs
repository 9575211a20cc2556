using System.ComponentModel.DataAnnotations;
using MimeKit;

namespace BackgroundTasks.Api.Notifications;

/// <summary>One mail address with a domain name and nothing around it: no display name, no comment, no list, no address literal.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class MailAddressAttribute() : ValidationAttribute("One mail address, such as ada@example.org.")
{
    private static readonly ParserOptions WithDomain = new() { AllowAddressesWithoutDomain = false };

    /// <inheritdoc/>
    public override bool IsValid(object? value) =>
        value is string text
        && !text.EndsWith(']')
        && MailboxAddress.TryParse(WithDomain, text, out var mailbox)
        && (mailbox.Address == text || MailboxAddress.EncodeAddrspec(mailbox.Address) == text);
}

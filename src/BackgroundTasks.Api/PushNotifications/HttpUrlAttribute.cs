using System.ComponentModel.DataAnnotations;

namespace BackgroundTasks.Api.PushNotifications;

/// <summary>
/// An absolute http or https URL without user information. Whether its host may be called is decided when it is connected to:
/// a name can mean another address by then.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class HttpUrlAttribute() : ValidationAttribute("An absolute http or https URL without user name and password.")
{
    /// <inheritdoc/>
    public override bool IsValid(object? value) =>
        value is string text
        && Uri.TryCreate(text, UriKind.Absolute, out var url)
        && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)
        && url.UserInfo.Length == 0;
}

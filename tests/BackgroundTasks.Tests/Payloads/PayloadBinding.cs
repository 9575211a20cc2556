using System.Text;
using BackgroundTasks.Payloads;

namespace BackgroundTasks.Tests.Payloads;

internal static class PayloadBinding
{
    public static T? Bound<T>(string json)
    {
        var isBound = new PayloadBinder<T>(PayloadJson.CreateOptions()).TryBind(Encoding.UTF8.GetBytes(json), "payload", out var value, out var errors);

        Assert.True(isBound, errors is null ? null : string.Join("; ", Lines(errors)));
        Assert.Null(errors);
        return value;
    }

    public static string[] Errors<T>(string json)
    {
        Assert.False(new PayloadBinder<T>(PayloadJson.CreateOptions()).TryBind(Encoding.UTF8.GetBytes(json), "payload", out var value, out var errors));
        Assert.Equal(default, value);
        return Lines(errors!);
    }

    public static string[] Lines(Dictionary<string, string[]> errors) =>
        [.. errors.SelectMany(pair => pair.Value.Select(message => $"{pair.Key}: {message}"))];
}

using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Extensions.Options;

namespace BackgroundTasks.Api.Hosting;

/// <summary>What is wrong and what to do, from an exception that ended a start.</summary>
internal static class StartFailure
{
    /// <summary>A line for each thing that is wrong.</summary>
    /// <param name="exception">The exception.</param>
    public static IEnumerable<string> Describe(Exception exception) => exception switch
    {
        AggregateException several => several.InnerExceptions.SelectMany(Describe),
        OptionsValidationException wrong => wrong.Failures,
        InvalidDataException when Find<JsonException>(exception) is { } json => [$"{exception.Message} It is not JSON in line {json.LineNumber + 1}: {WithoutPlace(json)}"],
        IOException when exception.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException =>
            [$"{exception.Message} Stop the process that listens there, or choose another address with --urls, such as --urls http://localhost:5081."],
        SocketException => [$"It cannot listen at the address that it is given: {exception.Message}. Choose another one with --urls, such as --urls http://localhost:5081."],
        FormatException when exception.Message.StartsWith("Invalid url", StringComparison.Ordinal) => [$"{exception.Message}. Choose another address with --urls, such as --urls http://localhost:5081."],
        ArgumentOutOfRangeException { ParamName: "port" } => ["The port of an address is not 0 to 65535. Choose another address with --urls, such as --urls http://localhost:5081."],
        UnauthorizedAccessException => [$"{exception.Message} Give the service's user the right to it."],
        InvalidOperationException or IOException or InvalidDataException or FormatException or BackgroundTaskStoreException => [exception.Message],

        // Nothing that a setting or the machine is known to cause: the type says more than the message.
        _ => [$"{exception.GetType().Name}: {exception.Message}"],
    };

    private static T? Find<T>(Exception? exception)
        where T : Exception => exception is null or T ? (T?)exception : Find<T>(exception.InnerException);

    /// <summary>The message without the place, which it counts from zero.</summary>
    private static string WithoutPlace(JsonException exception) => exception.Message.Split(" LineNumber:")[0].Split(" Path:")[0];
}

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;

namespace BackgroundTasks.Http.OpenApi;

/// <summary>Says of an endpoint what it reads and answers, as metadata that generators of OpenAPI documents read. Nothing of it changes what the endpoint does.</summary>
internal static class EndpointDescriptions
{
    /// <summary>The endpoint reads the parameters of this signature by itself, so that it says what is wrong with them; those of its own with the same names are the same.</summary>
    public static RouteHandlerBuilder Reads<TSignature>(this RouteHandlerBuilder endpoint)
        where TSignature : Delegate
    {
        endpoint.Add(static builder =>
        {
            foreach (var parameter in typeof(TSignature).GetMethod("Invoke")!.GetParameters())
            {
                if (builder.Metadata.OfType<IParameterBindingMetadata>().FirstOrDefault(own => own.Name == parameter.Name) is { } own)
                    builder.Metadata.Remove(own);
                builder.Metadata.Add(new DescribedParameter(parameter));
            }
        });
        return endpoint;
    }

    /// <summary>An answer with a body.</summary>
    public static RouteHandlerBuilder Answers<T>(this RouteHandlerBuilder endpoint, int statusCode, string description, params string[] contentTypes) =>
        endpoint.WithMetadata(contentTypes is [var first, .. var others]
            ? new ProducesResponseTypeAttribute(typeof(T), statusCode, first, others) { Description = description }
            : new ProducesResponseTypeAttribute(typeof(T), statusCode, "application/json") { Description = description });

    /// <summary>An answer without a body.</summary>
    public static RouteHandlerBuilder Answers(this RouteHandlerBuilder endpoint, int statusCode, string description) =>
        endpoint.WithMetadata(new ProducesResponseTypeAttribute(typeof(void), statusCode) { Description = description });

    /// <summary>A problem.</summary>
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder endpoint, int statusCode, string? description = null)
    {
        endpoint.Answers<ProblemResponse>(statusCode, description ?? UsualRefusal(statusCode), "application/problem+json");
        return statusCode is StatusCodes.Status503ServiceUnavailable ? endpoint.Sends("Retry-After", "Seconds to wait before trying again.", statusCode) : endpoint;
    }

    /// <summary>Several problems that mean the same everywhere.</summary>
    public static RouteHandlerBuilder RefusesAsUsual(this RouteHandlerBuilder endpoint, params ReadOnlySpan<int> statusCodes)
    {
        foreach (var statusCode in statusCodes)
            endpoint.Refuses(statusCode);
        return endpoint;
    }

    /// <summary>Answers with these status codes have a header.</summary>
    public static RouteHandlerBuilder Sends(this RouteHandlerBuilder endpoint, string header, string description, params ReadOnlySpan<int> statusCodes)
    {
        foreach (var statusCode in statusCodes)
            endpoint.WithMetadata(new ResponseHeaderMetadata(statusCode, header, description));
        return endpoint;
    }

    /// <summary>A request makes work, as a submit does.</summary>
    public static RouteHandlerBuilder CountsAsSubmit(this RouteHandlerBuilder endpoint) => endpoint.WithMetadata(SubmitMetadata.Instance);

    private static string UsualRefusal(int statusCode) => statusCode switch
    {
        StatusCodes.Status400BadRequest => "The request is invalid. The member errors says what is wrong, by the JSON path of a member or the name of a parameter.",
        StatusCodes.Status408RequestTimeout => "The body did not arrive in time.",
        StatusCodes.Status413PayloadTooLarge => "The body is too large.",
        StatusCodes.Status415UnsupportedMediaType => "The body is not of the type that this call takes.",
        StatusCodes.Status503ServiceUnavailable => "Not now: there is no room, the service is shutting down, or the store cannot be used. Nothing was changed.",
        _ => throw new ArgumentOutOfRangeException(nameof(statusCode), statusCode, "Say what it means here."),
    };
}

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace BackgroundTasks.Http.OpenApi;

/// <summary>Completes what the framework makes of the endpoints' metadata for every generator of OpenAPI documents.</summary>
internal sealed class TaskApiDescriptions : IApiDescriptionProvider
{
    /// <summary>After the provider of endpoints, which has −1100.</summary>
    public int Order => -1000;

    public void OnProvidersExecuting(ApiDescriptionProviderContext context)
    {
        foreach (var description in context.Results.Where(IsOurs).ToList())
        {
            // A row that says of HEAD what the one of GET says tells nothing.
            if (description.HttpMethod == HttpMethods.Head)
                context.Results.Remove(description);

            // A declared media type would let routing refuse a request before the endpoint can say why.
            else if (description.SupportedRequestFormats.Count == 0 && description.ParameterDescriptions.Any(parameter => parameter.Source == BindingSource.Body))
                description.SupportedRequestFormats.Add(new ApiRequestFormat { MediaType = "application/json" });
        }
    }

    public void OnProvidersExecuted(ApiDescriptionProviderContext context)
    {
    }

    private static bool IsOurs(ApiDescription description) => description.ActionDescriptor.EndpointMetadata?.OfType<PrefixedRoute>().Any() is true;
}

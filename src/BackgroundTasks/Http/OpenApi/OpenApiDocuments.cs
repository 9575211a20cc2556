using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace BackgroundTasks.Http.OpenApi;

/// <summary>
/// Completes the document of an application that calls <c>AddOpenApi()</c>. This library is compiled against Microsoft.AspNetCore.OpenApi but does not bring it:
/// without that call, nothing of it is loaded.
/// </summary>
internal static class OpenApiDocuments
{
    public static void Complete(IEndpointConventionBuilder endpoints)
    {
        // Another version may have other types, and its document then lacks headers and examples, no more.
        if (AppDomain.CurrentDomain.GetAssemblies().Any(static assembly => assembly.GetName() is { Name: "Microsoft.AspNetCore.OpenApi", Version.Major: 10 }))
            AddTransformer(endpoints);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddTransformer(IEndpointConventionBuilder endpoints) => endpoints.AddOpenApiOperationTransformer(static (operation, context, _) =>
    {
        OperationDescription.Complete(operation, context.Description, context.ApplicationServices.GetRequiredService<IBackgroundTaskTypes>());
        return Task.CompletedTask;
    });
}

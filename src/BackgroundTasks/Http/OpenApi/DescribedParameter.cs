using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;

namespace BackgroundTasks.Http.OpenApi;

/// <summary>A parameter that an endpoint reads by itself, as generators of OpenAPI documents see one that routing binds.</summary>
internal sealed class DescribedParameter(ParameterInfo parameter) : IParameterBindingMetadata
{
    public string Name => parameter.Name!;

    public bool HasTryParse => false;

    public bool HasBindAsync => false;

    public ParameterInfo ParameterInfo => parameter;

    public bool IsOptional => parameter.HasDefaultValue || new NullabilityInfoContext().Create(parameter).WriteState is NullabilityState.Nullable;
}

using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace BackgroundTasks.Api.Swagger;

/// <summary>Says of an object what the generator does not see: members that refer to another schema and may be null, members that are always written, and that others may come.</summary>
internal sealed class ObjectMembers : ISchemaFilter
{
    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        if (schema is not OpenApiSchema { Properties: { } members } described || context.MemberInfo is not null)
            return;
        described.AdditionalPropertiesAllowed = context.Type.GetCustomAttribute<JsonUnmappedMemberHandlingAttribute>()?.UnmappedMemberHandling is not JsonUnmappedMemberHandling.Disallow;

        // One that is left out instead is neither null nor required.
        var nullability = new NullabilityInfoContext();
        var parameters = context.Type.GetConstructors().SelectMany(static constructor => constructor.GetParameters()).Select(static parameter => parameter.Name).ToHashSet();
        foreach (var property in context.Type.GetProperties().Where(static property => property.GetCustomAttribute<JsonIgnoreAttribute>() is null))
        {
            var name = property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            if (!members.TryGetValue(name, out var member))
                continue;
            if (parameters.Contains(property.Name))
                (described.Required ??= new SortedSet<string>(StringComparer.Ordinal)).Add(name);
            if (member is OpenApiSchemaReference { Reference.Id: { } id } && nullability.Create(property).ReadState is NullabilityState.Nullable)
                members[name] = new OpenApiSchema { Description = member.Description, OneOf = [new OpenApiSchema { Type = JsonSchemaType.Null }, new OpenApiSchemaReference(id)] };
        }
    }
}

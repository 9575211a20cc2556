using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace BackgroundTasks.Api.Swagger;

/// <summary>Says of a member that refers to another schema that it may be null too; of the others the generator says so itself.</summary>
internal sealed class NullableMembers : ISchemaFilter
{
    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        if (schema.Properties is not { } members || context.MemberInfo is not null)
            return;
        var nullability = new NullabilityInfoContext();
        foreach (var property in context.Type.GetProperties().Where(property => nullability.Create(property).ReadState is NullabilityState.Nullable))
        {
            // One that is left out instead is never null.
            var name = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            if (members.TryGetValue(name, out var member) && member is OpenApiSchemaReference { Reference.Id: { } id }
                && property.GetCustomAttribute<JsonIgnoreAttribute>() is null)
                members[name] = new OpenApiSchema { Description = member.Description, OneOf = [new OpenApiSchema { Type = JsonSchemaType.Null }, new OpenApiSchemaReference(id)] };
        }
    }
}

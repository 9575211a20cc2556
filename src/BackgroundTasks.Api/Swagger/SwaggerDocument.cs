using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.Swagger;

namespace BackgroundTasks.Api.Swagger;

/// <summary>The OpenAPI document. It does not change while the process runs, so it is written once, when it is first asked for.</summary>
/// <param name="documents">Makes it.</param>
internal sealed class SwaggerDocument(IAsyncSwaggerProvider documents)
{
    private Written? _last;

    /// <summary>Answers with the document, or with 304 if the client has it.</summary>
    /// <param name="context">The request.</param>
    public async Task<IResult> AnswerAsync(HttpContext context)
    {
        // It names the path base as its server; there is one, but for tests.
        var pathBase = context.Request.PathBase.Value ?? "";
        var written = Volatile.Read(ref _last);
        if (written?.PathBase != pathBase)
            Volatile.Write(ref _last, written = await WriteAsync(pathBase));
        context.Response.Headers.CacheControl = "no-cache";
        return TypedResults.Bytes(written.Json, "application/json; charset=utf-8", entityTag: written.Tag);
    }

    private async Task<Written> WriteAsync(string pathBase)
    {
        var document = await documents.GetSwaggerAsync(SwaggerPages.Document, host: null, basePath: pathBase.Length == 0 ? null : pathBase);
        using var json = new MemoryStream();
        await document.SerializeAsJsonAsync(json, OpenApiSpecVersion.OpenApi3_1);
        var bytes = json.ToArray();
        return new Written(pathBase, bytes, new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes)[..16])}\""));
    }

    private sealed record Written(string PathBase, byte[] Json, EntityTagHeaderValue Tag);
}

using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;

namespace BackgroundTasks.Payloads;

/// <summary>
/// Reads and validates payloads of one type. A sound payload is read once, and validated only if something about its type
/// validates; one that cannot be read is gone through a second time to name everything that is wrong with it.
/// </summary>
internal sealed class PayloadBinder<T>
{
    private readonly JsonSerializerOptions _options;
    private readonly JsonTypeInfo<T> _typeInfo;
    private readonly PayloadTypePlan _plan;
    private readonly bool _isObject;
    private readonly bool _takesNull;

    public PayloadBinder(JsonSerializerOptions options)
    {
        // Contracts of changeable options are not whole.
        options.MakeReadOnly();
        _options = options;
        _typeInfo = (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));
        _plan = PayloadPlanBuilder.Build(options, typeof(T));
        _isObject = PayloadMembers.FindInfo(options, typeof(T))?.Kind is JsonTypeInfoKind.Object or JsonTypeInfoKind.Dictionary;
        _takesNull = Nullable.GetUnderlyingType(typeof(T)) is not null || (PayloadExpectations.TakesAnything(typeof(T)) && typeof(T) != typeof(JsonObject) && typeof(T) != typeof(JsonArray));
    }

    /// <summary>False with every error by path. No payload at all is an empty object where the type is one, and missing where it is not.</summary>
    /// <param name="utf8Json">The payload; empty for none.</param>
    /// <param name="path">What its root is called in the errors: <c>payload</c>.</param>
    /// <param name="value">The payload read, when nothing is wrong.</param>
    /// <param name="errors">Messages by path, when something is.</param>
    /// <exception cref="NotSupportedException">The type itself cannot be read as JSON.</exception>
    public bool TryBind(
        ReadOnlyMemory<byte> utf8Json, string path, out T? value, [NotNullWhen(false)] out Dictionary<string, string[]>? errors)
    {
        value = default;
        errors = null;
        if (utf8Json.IsEmpty && _isObject)
            utf8Json = "{}"u8.ToArray();

        var found = utf8Json.IsEmpty ? Only(path, PayloadExpectations.Required) : TryRead(utf8Json, path, out value) ?? FindInvalid(value, path);
        if (found is null)
            return true;

        value = default;
        errors = found.ToDictionary();
        return false;
    }

    private static PayloadErrors Only(string path, string message)
    {
        var errors = new PayloadErrors();
        errors.Add(path, message);
        return errors;
    }

    private PayloadErrors? TryRead(ReadOnlyMemory<byte> utf8Json, string path, out T? value)
    {
        try
        {
            value = JsonSerializer.Deserialize(utf8Json.Span, _typeInfo);
            return null;
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or ArgumentException)
        {
            // Not only JsonException is the client's doing: a missing discriminator of an abstract type is "not supported", and a
            // doubled member of a JsonNode an argument. What cannot be laid to the payload goes on as it came.
            value = default;
            var errors = new PayloadErrors();
            Inspect(utf8Json, path, exception, errors);
            if (errors.Count == 0)
                throw;

            return errors;
        }
    }

    private void Inspect(ReadOnlyMemory<byte> utf8Json, string path, Exception cause, PayloadErrors errors)
    {
        if (!Utf8.IsValid(utf8Json.Span))
        {
            errors.Add(path, "is not valid UTF-8");
            return;
        }

        try
        {
            using var document = JsonDocument.Parse(utf8Json, new JsonDocumentOptions
            {
                AllowTrailingCommas = _options.AllowTrailingCommas,
                CommentHandling = _options.ReadCommentHandling,
                MaxDepth = _options.MaxDepth,
            });
            new PayloadInspector(_options, errors).Inspect(document.RootElement, _typeInfo, path, cause);
        }
        catch (JsonException malformed)
        {
            errors.Add(path, PayloadExpectations.DescribeMalformed(malformed));
        }
    }

    private PayloadErrors? FindInvalid(T? value, string path)
    {
        if (value is null)
            return _takesNull ? null : Only(path, PayloadExpectations.NotNull);

        return _plan.HasWork ? PayloadValidation.FindErrors(value, _plan, path) : null;
    }
}

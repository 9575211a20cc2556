using System.Collections.ObjectModel;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using BackgroundTasks.Execution;
using BackgroundTasks.Payloads;
using Microsoft.Extensions.Primitives;

namespace BackgroundTasks.TaskTypes;

/// <summary>A task type with its payload and result types, and what calls its handler.</summary>
internal sealed class TaskTypeOf<TPayload, TResult>(
    string name, BackgroundTaskTypeOptions options,
    Func<TPayload, BackgroundTaskContext, CancellationToken, Task<TResult>> handler) : TaskType(name, options)
{
    private JsonTypeInfo<TPayload> _payload = null!;
    private JsonTypeInfo<TResult> _result = null!;
    private PayloadBinder<TPayload> _binder = null!;
    private JsonSerializerOptions _serializer = null!;

    public override Type PayloadType => typeof(TPayload);

    public override JsonNode PayloadSchema => Payloads.PayloadSchema.Create(_serializer, typeof(TPayload));

    public override JsonNode ResultSchema => Payloads.PayloadSchema.Create(_serializer, typeof(TResult));

    public override void Prepare(JsonSerializerOptions serializer)
    {
        _serializer = serializer;
        _binder = new PayloadBinder<TPayload>(serializer);
        _payload = (JsonTypeInfo<TPayload>)serializer.GetTypeInfo(typeof(TPayload));
        _result = (JsonTypeInfo<TResult>)serializer.GetTypeInfo(typeof(TResult));
    }

    public override Dictionary<string, string[]>? Validate(ReadOnlyMemory<byte> payload, out object? bound)
    {
        var isValid = _binder.TryBind(payload, "payload", out var value, out var errors);
        bound = value;
        return isValid ? null : errors;
    }

    public override byte[] ReadQuery(IEnumerable<KeyValuePair<string, StringValues>> query, out IReadOnlyDictionary<string, string[]> errors)
    {
        var complete = QueryPayload.TryConvert(query, _payload, "payload", out var payload, out var refused);
        errors = complete ? ReadOnlyDictionary<string, string[]>.Empty : refused!;
        return payload;
    }

    public override async ValueTask<ReadOnlyMemory<byte>> RunAsync(ReadOnlyMemory<byte> payload, object? bound, BackgroundTaskContext context, CancellationToken cancellationToken)
    {
        var result = await (handler(bound is TPayload value ? value : Read(payload), context, cancellationToken) ?? throw new NoTaskException());
        if (result is null)
            return default;
        try
        {
            return JsonSerializer.SerializeToUtf8Bytes(result, _result);
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or InvalidOperationException or ArgumentException)
        {
            throw new ResultNotSerializableException(exception);
        }
    }

    /// <summary>By the rules of today, as a submit is: what waited may be older than they are.</summary>
    private TPayload Read(ReadOnlyMemory<byte> payload)
    {
        try
        {
            return _binder.TryBind(payload, "payload", out var value, out var errors) ? value! : throw new PayloadNoLongerFitsException(Name, errors);
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or ArgumentException)
        {
            throw new PayloadNoLongerFitsException(Name, exception);
        }
    }
}

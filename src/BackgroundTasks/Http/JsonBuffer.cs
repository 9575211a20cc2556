using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.ObjectPool;

namespace BackgroundTasks.Http;

/// <summary>JSON that is written before its length is known, in memory that is used again.</summary>
internal sealed class JsonBuffer : IResettable, IDisposable
{
    /// <summary>A task with a large result must not make the pool large.</summary>
    private const int KeptBytes = 64 * 1024;

    /// <summary>Not by <see cref="ObjectPool.Create{T}"/>: what that pool does not keep it disposes, which is to return it.</summary>
    private static readonly DefaultObjectPool<JsonBuffer> Pool = new(new DefaultPooledObjectPolicy<JsonBuffer>());
    private readonly ArrayBufferWriter<byte> _bytes = new(1024);

    public JsonBuffer() => Writer = new Utf8JsonWriter(_bytes, new JsonWriterOptions { SkipValidation = true });

    public Utf8JsonWriter Writer { get; }

    /// <summary>What is written, until this is disposed.</summary>
    public ReadOnlyMemory<byte> Utf8
    {
        get
        {
            Writer.Flush();
            return _bytes.WrittenMemory;
        }
    }

    public static JsonBuffer Rent() => Pool.Get();

    public void Dispose() => Pool.Return(this);

    public bool TryReset()
    {
        Writer.Reset();
        _bytes.ResetWrittenCount();
        return _bytes.Capacity <= KeptBytes;
    }
}

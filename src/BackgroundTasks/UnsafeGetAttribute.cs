namespace BackgroundTasks;

/// <summary>
/// Metadata of an endpoint whose GET changes something, such as <c>/start_task</c>: where pages of other sites are refused, they are refused there too.
/// Add it with <c>WithMetadata(new UnsafeGetAttribute())</c>, or to the handler.
/// </summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class)]
public sealed class UnsafeGetAttribute : Attribute;

namespace BackgroundTasks.Api.Images;

/// <summary>A picture that may be made.</summary>
/// <param name="Format">Its format.</param>
/// <param name="MemoryBytes">How many bytes of memory making it takes at most.</param>
internal sealed record ImagePlan(PictureFormat Format, long MemoryBytes);

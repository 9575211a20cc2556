namespace BackgroundTasks.Testing;

/// <summary>What the last call of <c>UseTesting</c> asked for.</summary>
internal sealed record TestSettings(BackgroundTaskTestMode Mode, BackgroundTaskTestStore Store);

using Stolon.Hosting;
using Stolon.Sentinel;

return await AgentHost.RunAsync(SentinelProgram.Definition, args);

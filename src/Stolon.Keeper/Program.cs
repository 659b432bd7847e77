using Stolon.Hosting;
using Stolon.Keeper;

return await AgentHost.RunAsync(KeeperProgram.Definition, args);

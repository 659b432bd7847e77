using Stolon.Hosting;
using Stolon.Proxy;

return await AgentHost.RunAsync(ProxyProgram.Definition, args);

using Stolon;
using Stolon.Hosting;

return await Roles.RunAsync(ProgramName.OfThisProcess(), args, ProcessEnvironment.OfThisProcess());

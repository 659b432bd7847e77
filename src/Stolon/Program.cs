using Stolon;
using Stolon.Hosting;

return await Roles.RunAsync(ProgramName.OfThisProcess(), args, Surroundings.OfThisProcess());

using Stolon.Ctl;
using Stolon.Hosting;

return await Stolonctl.RunAsync(args, Surroundings.OfThisProcess(), Console.OpenStandardInput(), Stolonctl.OpenStore);

using Stolon.Core.Common;

namespace Stolon.Store;

/// <summary>Who we are to a store that asks for a user and a password.</summary>
public sealed record StoreLogin(string User, Secret Password);

using System.Text.Json.Serialization;
using Stolon.Store.Kubernetes.Access;
using Stolon.Store.Kubernetes.Api;
using Stolon.Store.Kubernetes.Election;

namespace Stolon.Store.Kubernetes;

/// <summary>The JSON types with a fixed schema.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ExecAnswer))]
[JsonSerializable(typeof(KubeStatus))]
[JsonSerializable(typeof(LeaderRecord))]
internal sealed partial class KubeJson : JsonSerializerContext;

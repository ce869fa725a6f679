internal import HubCore

/// Bedrock's paths: contract 2.11. The model is in the path, and so is whether its answer is streamed.
enum ConverseEndpoint {
    static func whole(_ call: EndpointCall) async {
        await CompletionEndpoint(form: .bedrock(model: call.parameters["id"] ?? "", isStream: false)).handle(call)
    }

    static func stream(_ call: EndpointCall) async {
        await CompletionEndpoint(form: .bedrock(model: call.parameters["id"] ?? "", isStream: true)).handle(call)
    }

    static func countTokens(_ call: EndpointCall) async {
        await CountTokensEndpoint.handle(call, form: .bedrockCount(model: call.parameters["id"] ?? ""))
    }
}
